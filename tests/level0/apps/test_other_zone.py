"""An app that connects to an app of the other zone: both stacks derive their half (A1, F2)."""

from __future__ import annotations

from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from estate.cli.main import main
from estate.composition import compose
from estate.reader.values import Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.egress.plan import EgressPlan
from estate.topics.exposure.declare.node_ports import RegisteredPort
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.node_ports.register_file import with_entry
from tests.documents import texts
from tests.estates import Estate, shipped
from tests.proving import proved

pytestmark = pytest.mark.level0

INTAKE, RESERVING = "apps/claim-intake-dmz.yaml", "apps/reserving-intranet.yaml"
TARIFFS, BROKERS = "apps/broker-tariffs-intranet.yaml", "apps/broker-desk-dmz.yaml"
SOURCES = [f"10.10.1.{number}" for number in range(16, 23)]
"""The nodes of the pool that claim-intake runs in."""
EGRESS = ["10.10.1.103", "10.10.1.104"]


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def app(estate: Estate, zone: Zone, name: str) -> AppPlan:
    return next(one for one in estate.plans()[zone].of(AppsPlan).apps if one.name == name)


def body(estate: Estate, kind: str, namespace: str, name: str) -> Any:
    """An object of the DMZ."""
    return next(
        one.body
        for one in compose(estate.plans()["dmz"]).manifests
        if (one.kind, one.namespace, one.physical_name) == (kind, namespace, name)
    )


def rows(estate: Estate) -> list[tuple[str, str, str, str, int]]:
    return [
        (row.firewall, row.source_zone, str(row.source_address), row.destination_zone, row.port)
        for row in estate.plans()["dmz"].of(FirewallPlan).rows
        if row.destination_name == "reserving"
    ]


def directly(estate: Estate) -> Estate:
    """The same connection from the nodes of the caller's own pool."""
    peer = "{app: reserving, zone: intranet, via: "
    return estate.edit(INTAKE, f"{peer}egress}}", f"{peer}direct}}")


def to_routers(estate: Estate) -> Estate:
    """An app of the DMZ that connects to a web app of the intranet."""
    peer = "connects_to: [{app: broker-tariffs, zone: intranet, via: direct}]"
    estate.edit(BROKERS, "kind: web", f"{peer}\nkind: web")
    return estate.edit(TARIFFS, "kind: web", "serves_zones: [dmz]\nkind: web")


def test_the_firewall_between_the_zones_is_asked_for_the_egress_nodes_and_no_others(
    estate: Estate,
) -> None:
    """F2, F3: source, true zones, and the port of the virtual address."""
    assert rows(estate) == [("fw-inner", "dmz", one, "intranet", 80) for one in EGRESS]


def test_directly_the_firewall_is_asked_for_the_nodes_of_the_callers_pool(estate: Estate) -> None:
    """F2."""
    assert [source for _, _, source, _, _ in rows(directly(estate))] == SOURCES


def test_the_callers_pods_may_leave_for_that_address_and_port_alone(estate: Estate) -> None:
    """C3: an egress rule of one address and one port."""
    policy = body(directly(estate), "NetworkPolicy", "claims", "claim-intake-other-zone")
    assert policy["spec"]["egress"] == [
        {
            "to": [{"ipBlock": {"cidr": "10.20.0.23/32"}}],
            "ports": [{"protocol": "TCP", "port": 80}],
        }
    ]


def test_relays_take_the_connection_for_the_callers_alone(estate: Estate) -> None:
    """F3: a relay of its own port, and no way past it."""
    plan = estate.plans()["dmz"].of(EgressPlan).relays
    assert plan
    (one,) = (relay for relay in plan.databases if relay.name == "reserving-intranet")
    assert (str(one.address), one.port, one.relay_port) == ("10.20.0.23", 80, 15433)
    assert one.callers == (("claims", "claim-intake"),)
    names = {one.physical_name for one in compose(estate.plans()["dmz"]).manifests}
    assert "claim-intake-other-zone" not in names


def test_the_caller_finds_the_other_app_by_a_name_in_its_own_namespace(estate: Estate) -> None:
    """F4: an app of the same name may run in the caller's zone."""
    service = body(estate, "Service", "claims", "reserving-intranet")
    assert service["spec"]["externalName"].startswith("reserving-intranet.estate-egress.")
    directly(estate)
    service = body(estate, "Service", "claims", "reserving-intranet")
    assert service["spec"]["ports"][0]["port"] == 80
    slices = body(estate, "EndpointSlice", "claims", "reserving-intranet")
    assert slices["endpoints"][0]["addresses"] == ["10.20.0.23"]


def test_pods_know_the_host_names_of_a_web_app_in_the_other_zone(estate: Estate) -> None:
    """J4: the zone's name service has them not; routers and TLS go by them."""
    pods = body(to_routers(estate), "Deployment", "brokers", "broker-desk")["spec"]["template"]
    assert pods["spec"]["hostAliases"] == [
        {"ip": "10.20.0.41", "hostnames": ["tariffs.intranet.harbour.example"]}
    ]


def test_a_name_that_both_zones_have_stays_that_of_the_callers_zone(estate: Estate) -> None:
    """J4: portal.harbour.example leads to the DMZ's portal in the DMZ."""
    peer = "connects_to: [{app: policy-portal, zone: intranet, via: direct}]"
    estate.edit("apps/policy-portal-dmz.yaml", "replicas: 2", f"replicas: 2\n{peer}")
    inner = "apps/policy-portal-intranet.yaml"
    estate.edit(inner, "replicas: 2", "replicas: 2\nserves_zones: [dmz]")
    assert app(estate, "dmz", "policy-portal").other_zone[0].hosts == ()


def test_the_clients_of_an_address_include_the_callers_where_clients_are_declared(
    estate: Estate,
) -> None:
    """E3, X2: no range of the DMZ is declared a client; connections alone open the address."""
    directly(estate).edit(RESERVING, "port: 80}", "port: 80, clients: [10.30.0.0/16]}")
    exposure = app(estate, "intranet", "reserving").exposure
    assert exposure
    clients = [str(one) for one in exposure.virtual_server.clients]
    assert clients == ["10.30.0.0/16", *(f"{source}/32" for source in SOURCES)]
    estate.edit(INTAKE, "  - {app: reserving, zone: intranet, via: direct}", "  []")
    exposure = app(estate, "intranet", "reserving").exposure
    assert exposure and [str(one) for one in exposure.virtual_server.clients] == ["10.30.0.0/16"]


def test_datagrams_have_declared_clients_alone(estate: Estate) -> None:
    """X2: a connection into the other zone is TCP; it opens no UDP port of the same address."""
    udp = "udp: {port: 9081, vip_port: 5060}\n"
    directly(estate).edit(RESERVING, "logs: {", f"{udp}logs: {{")
    estate.edit(RESERVING, "port: 80}", "port: 80, snat: none, clients: [10.30.0.0/16]}")
    estate.edit(RESERVING, "traffic_policy: Cluster", "traffic_policy: Local")
    register = "registers/node-ports.yaml"
    text = (estate.root / register).read_text(encoding="utf-8")
    port = RegisteredPort(zone="intranet", port=30084, protocol="UDP", owner="actuarial/reserving")
    estate.add(register, with_entry(text, port))
    exposure = app(estate, "intranet", "reserving").exposure
    assert exposure and exposure.connections and exposure.datagrams
    datagrams = exposure.datagrams.virtual_server.clients
    assert [str(one) for one in datagrams] == ["10.30.0.0/16"]
    assert len(exposure.connections.clients) == 1 + len(SOURCES)
    caller = IPv4Network(f"{SOURCES[0]}/32")
    assert not any(caller.subnet_of(one) for one in exposure.sources)
    assert any(caller.subnet_of(one) for one in exposure.sources_over_tcp)
    assert proved(estate).problems == ()


def test_firewalls_of_the_called_zone_are_asked_for_each_machine_of_the_true_zone(
    estate: Estate,
) -> None:
    """F2: before virtual addresses, and before nodes where members see clients (snat: none)."""
    between = "    - {name: fw-inner, source_zone: dmz}\n"
    within = "    - {name: fw-vips, before: vips}\n    - {name: fw-nodes, before: nodes}\n"
    estate.edit("Pulumi.intranet.yaml", between, f"{between}{within}")
    portal = "address: 10.20.0.21, port: 443,"
    inner = "apps/policy-portal-intranet.yaml"
    estate.edit(inner, portal, f"{portal} clients: [10.30.0.0/16],")
    estate.edit(RESERVING, "port: 80}", "port: 80, snat: none, clients: [10.30.0.0/16]}")
    estate.edit(RESERVING, "traffic_policy: Cluster", "traffic_policy: Local")
    for firewall in ("fw-vips", "fw-nodes"):
        assert {
            (row.source_zone, row.source_node, str(row.source_address))
            for row in estate.plans()["intranet"].of(FirewallPlan).rows
            if row.firewall == firewall and row.app == "reserving" and row.source_zone != "intranet"
        } == {
            ("outside", "clients", "10.30.0.0/16"),
            ("dmz", "dmz-e01", "10.10.1.103/32"),
            ("dmz", "dmz-e02", "10.10.1.104/32"),
        }
    assert proved(estate).problems == ()


def test_a_shards_clients_include_the_callers_of_its_apps(estate: Estate) -> None:
    """E13: the address is the shard's."""
    file = "haproxy/lb-intranet/haproxy.cfg"
    before = texts(estate.plans()["intranet"])[file]
    after = texts(to_routers(estate).plans()["intranet"])[file]
    assert "10.10.1.13" not in before and "10.10.1.13/32" in after


def test_nothing_leads_back(estate: Estate) -> None:
    """A1: the intranet has no row, no rule and no name for the caller."""
    plan = estate.plans()["intranet"]
    assert all(row.destination_zone != "dmz" for row in plan.of(FirewallPlan).rows)
    assert app(estate, "intranet", "reserving").other_zone == ()
    assert not any("claim-intake" in one.name for one in compose(plan).manifests)


def test_an_address_that_changes_is_the_new_one_in_both_stacks(estate: Estate) -> None:
    """X18: policy, name and row follow the one declaration."""
    estate.edit(RESERVING, "10.20.0.23", "10.20.0.24")
    assert str(app(estate, "dmz", "claim-intake").other_zone[0].address) == "10.20.0.24"
    policy = body(directly(estate), "NetworkPolicy", "claims", "claim-intake-other-zone")
    assert policy["spec"]["egress"][0]["to"] == [{"ipBlock": {"cidr": "10.20.0.24/32"}}]


def test_explain_names_the_other_side_on_both_sides(estate: Estate) -> None:
    """N1."""
    found = {
        name: " ".join(
            CliRunner().invoke(main, ["explain", "--root", str(estate.root), name]).output.split()
        )
        for name in ("claim-intake", "reserving")
    }
    assert (
        "The app reserving of zone intranet at 10.20.0.23:80, as "
        "reserving-intranet.claims.svc, through the zone's egress; it sees 10.10.1.103, "
        "10.10.1.104."
    ) in found["claim-intake"]
    assert (
        "The app claim-intake of zone dmz, by the same address as users, from 10.10.1.103, "
        "10.10.1.104."
    ) in found["reserving"]


def test_the_list_of_connections_names_the_zone(estate: Estate) -> None:
    """N1."""
    listed = CliRunner().invoke(
        main, ["list", "connections", "--root", str(estate.root), "--stack", "dmz"]
    )
    (line,) = (one for one in listed.output.splitlines() if "claim-intake" in one)
    assert line.split()[2:5] == ["claims", "reserving", "intranet"]
