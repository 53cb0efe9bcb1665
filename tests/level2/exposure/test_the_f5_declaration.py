"""The AS3 declaration: what F5's schema checks, and what it lets pass (E3, E5, E7, E8)."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from estate.plan import Plan
from estate.reader.values import ZONES
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.plan import AppsPlan
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.network.plan import NetworkPlan
from tests.balancers import with_datagrams, with_snat_pools
from tests.documents import as3, classed, objects, texts, virtual_servers
from tests.estates import shipped

pytestmark = pytest.mark.level2

_SERVICE = {
    "virtualAddresses",
    "virtualPort",
    "pool",
    "persistenceMethods",
    "snat",
    "metadata",
    "iRules",
}

KEYS = {
    "ADC": {"schemaVersion", "id", "label", "remark", "updateMode"},
    "Tenant": {"label"},
    "Application": {"label", "remark"},
    "Service_TCP": _SERVICE,
    "Service_UDP": _SERVICE,
    "Service_HTTP": _SERVICE | {"profileHTTP", "profileTrafficLog"},
    "Service_HTTPS": _SERVICE | {"profileHTTP", "profileTrafficLog", "serverTLS", "redirect80"},
    "HTTP_Profile": {"xForwardedFor"},
    "Traffic_Log_Profile": {"responseSettings"},
    "iRule": {"expand", "iRule"},
    "SNAT_Pool": {"snatAddresses"},
    "Pool": {"loadBalancingMode", "monitors", "members"},
    "Monitor": {"monitorType", "send", "receive", "interval", "timeout", "targetPort"},
}
"""What each class may hold beside objects of other classes: the schema would let typos pass."""


def test_every_key_is_one_that_its_class_knows(tmp_path: Path) -> None:
    """E3: an unknown property on a service passes F5's schema and does nothing."""
    for plan in with_snat_pools(with_datagrams(shipped(tmp_path))).plans().values():
        for name, one in classed(as3(plan)):
            inner = {
                key for key, value in one.items() if isinstance(value, dict) and "class" in value
            }
            assert set(one) - inner - {"class"} <= KEYS[one["class"]], name
            for member in one.get("members", []):
                assert set(member) == {"servicePort", "serverAddresses", "shareNodes"}


def test_every_pointer_leads_to_an_object_of_its_application(tmp_path: Path) -> None:
    """E3: a pool that points to nothing passes F5's schema and fails on the device."""
    for plan in shipped(tmp_path).plans().values():
        exposed = [app for app in plan.of(AppsPlan).apps if app.exposure]
        assert len(virtual_servers(as3(plan))) == len(exposed) >= 2


def test_every_address_is_one(tmp_path: Path) -> None:
    """E3: 300.1.1.1 passes F5's schema. VIPs come from their range, members from the nodes'."""
    for plan in shipped(tmp_path).plans().values():
        for server in virtual_servers(as3(plan)).values():
            for vip in server.addresses:
                assert any(
                    IPv4Address(vip) in cidr for cidr in plan.of(ExposurePlan).load_balancer.vips
                )
            for client in server.clients:
                assert IPv4Network(client)
            for member in server.members:
                assert IPv4Address(member.split(":")[0]) in plan.of(NetworkPlan).network.nodes


def test_no_two_virtual_servers_share_an_address_and_port(tmp_path: Path) -> None:
    """E5: over both zones; and an address is in one partition only."""
    seen: dict[str, str] = {}
    partitions: dict[str, str] = {}
    for plan in shipped(tmp_path).plans().values():
        for app, server in virtual_servers(as3(plan)).items():
            for vip in server.addresses:
                place = f"{vip}:{server.service['virtualPort']}"
                assert place not in seen, f"{app} and {seen[place]} both at {place}"
                seen[place] = app
                assert partitions.setdefault(vip, server.tenant) == server.tenant
    assert len(seen) == 5


def test_members_are_the_declared_nodes_at_the_apps_node_port(tmp_path: Path) -> None:
    """E3, E3b: all nodes of the zone, or the nodes of the app's pool where it says so."""
    estate = shipped(tmp_path)
    stacks = estate.load().stacks
    register = estate.load().node_ports
    registered = register.value.ports if register else ()
    for zone, plan in estate.plans().items():
        servers = virtual_servers(as3(plan))
        pools = {app.name: app.pool for app in plan.of(AppsPlan).apps}
        for declared in estate.load().apps:
            app = declared.value
            if not isinstance(app, TraditionalApp) or app.zone != zone:
                continue
            nodes = [
                node
                for node in stacks[zone].value.nodes
                if app.vip.members == "all" or node.pool == pools[app.app]
            ]
            (port,) = {
                one.port
                for one in registered
                if (one.zone, one.owner) == (zone, f"{app.tenant}/{app.app}")
            }
            expected = {f"{node.address}:{port}" for node in nodes}
            found = servers[app.app.replace("-", "_")].members
            assert set(found) == expected
            assert len(found) == len(expected)


def test_nodes_are_shared_between_partitions(tmp_path: Path) -> None:
    """E3: the same node is a member for several tenants, and a BIG-IP takes an address once."""
    for plan in shipped(tmp_path).plans().values():
        for server in virtual_servers(as3(plan)).values():
            assert all(member["shareNodes"] is True for member in server.pool["members"])


def test_users_keep_address_and_port_and_see_no_node_port(tmp_path: Path) -> None:
    """E5: the virtual server listens where the app declared it."""
    for plan in shipped(tmp_path).plans().values():
        servers = virtual_servers(as3(plan))
        for app in plan.of(AppsPlan).apps:
            if app.exposure:
                declared = app.exposure.virtual_server
                server = servers[app.name.replace("-", "_")]
                assert server.addresses == {str(declared.address)}
                assert server.service["virtualPort"] == declared.port
                assert server.service["virtualPort"] != app.exposure.node_port


def test_every_pool_asks_its_members_for_the_apps_health(tmp_path: Path) -> None:
    """X3, E7: members without a replica are found by asking, over TLS where the app ends it."""
    estate = shipped(tmp_path).edit("apps/reserving-intranet.yaml", "/healthz", "/live/ready")
    for plan in estate.plans().values():
        for server in virtual_servers(as3(plan)).values():
            path = "/live/ready" if server.app == "reserving" else "/healthz"
            ends_tls = server.app in ("policy_portal", "broker_gateway") and plan.zone == "dmz"
            assert server.monitor["monitorType"] == ("https" if ends_tls else "http")
            assert server.monitor["send"].startswith(f"GET {path} HTTP/1.1\\r\\n")
            assert server.monitor["send"].endswith("\\r\\n\\r\\n")
            assert not re.search(r"[\r\n]", server.monitor["send"])
            assert re.match(server.monitor["receive"], "HTTP/1.1 200 OK")
            assert not re.match(server.monitor["receive"], "HTTP/1.1 503 Service Unavailable")
            assert server.monitor["timeout"] > 3 * server.monitor["interval"]


def test_a_declared_interval_is_the_monitors(tmp_path: Path) -> None:
    """X3: a member is taken out after three questions, however far they are apart."""
    estate = shipped(tmp_path).edit("apps/policy-portal-dmz.yaml", "vip: {", "vip: {interval: 20, ")
    monitor = virtual_servers(as3(estate.plans()["dmz"]))["policy_portal"].monitor
    assert (monitor["interval"], monitor["timeout"]) == (20, 61)


def test_monitors_name_the_first_name_that_users_know(tmp_path: Path) -> None:
    """X3, J4: a program that checks Host answers 400 to another; without a name, the app's."""
    estate = shipped(tmp_path)
    servers = virtual_servers(as3(estate.plans()["dmz"]))
    assert "\\r\\nHost: portal.harbour.example\\r\\n" in servers["policy_portal"].monitor["send"]
    assert "\\r\\nHost: broker-gateway\\r\\n" in servers["broker_gateway"].monitor["send"]
    names = "names: [z.brokers.harbour.example, a.brokers.harbour.example]"
    estate.edit("apps/broker-gateway-dmz.yaml", "port: 443,", f"port: 443, {names},")
    servers = virtual_servers(as3(estate.plans()["dmz"]))
    said = servers["broker_gateway"].monitor["send"]
    assert "\\r\\nHost: z.brokers.harbour.example\\r\\n" in said


def test_stickiness_and_source_translation_are_always_written(tmp_path: Path) -> None:
    """E7: AS3 turns persistence on where nothing is said, so nothing is left to it."""
    plans = shipped(tmp_path).plans()
    dmz, intranet = (virtual_servers(as3(plans[zone])) for zone in ZONES)
    assert dmz["broker_gateway"].service["persistenceMethods"] == ["source-address"]
    assert dmz["policy_portal"].service["persistenceMethods"] == []
    assert dmz["policy_portal"].service["snat"] == "auto"
    assert intranet["claims_desk"].service["snat"] == "none"
    assert intranet["claims_desk"].service["persistenceMethods"] == ["cookie"]
    assert intranet["claims_desk"].service["class"] == "Service_HTTP"


def test_tls_ends_with_a_profile_that_the_device_holds(tmp_path: Path) -> None:
    """E3, E5: named, never carried; and nothing answers on port 80 that nobody declared."""
    servers = virtual_servers(as3(shipped(tmp_path).plans()["intranet"]))
    portal = servers["policy_portal"].service
    assert portal["class"] == "Service_HTTPS"
    assert portal["serverTLS"] == {"bigip": "/Common/portal"}
    assert portal["redirect80"] is False


def test_requests_name_the_client_behind_source_translation(tmp_path: Path) -> None:
    """E5, X7: as they do behind a pair; the device's own profile for HTTP names nobody."""
    declaration = as3(shipped(tmp_path).plans()["intranet"])
    for tenant, app in (("life", "policy_portal"), ("claims", "claims_desk")):
        found = declaration[tenant][app]
        profile = found[found["service"]["profileHTTP"]["use"]]
        assert profile == {"class": "HTTP_Profile", "xForwardedFor": True}
    assert "profileHTTP" not in declaration["actuarial"]["reserving"]["service"]


def test_only_declared_clients_reach_a_virtual_server(tmp_path: Path) -> None:
    """E5: where 'clients' is declared each range stands beside the address; else none does."""
    estate = shipped(tmp_path).edit(
        "apps/claims-desk-intranet.yaml",
        "clients: [10.30.0.0/16]",
        "clients: [10.30.0.0/16, 10.31.4.0/24]",
    )
    servers = virtual_servers(as3(estate.plans()["intranet"]))
    assert servers["claims_desk"].service["virtualAddresses"] == [
        ["10.20.0.22", "10.30.0.0/16"],
        ["10.20.0.22", "10.31.4.0/24"],
    ]
    assert servers["reserving"].service["virtualAddresses"] == ["10.20.0.23"]


def for_devices(plan: Plan) -> dict[str, str]:
    """All documents but the CMDB's, which is told how many pods there are."""
    return {name: text for name, text in texts(plan).items() if not name.startswith("cmdb/")}


def test_scaling_an_app_changes_no_byte_but_in_the_cmdb(tmp_path: Path) -> None:
    """E8: members are nodes, so a pod more or less is nothing to the load balancer, and the
    firewall and the nodes need not know either."""
    estate = shipped(tmp_path)
    before = {zone: for_devices(plan) for zone, plan in estate.plans().items()}
    estate.edit("apps/broker-gateway-dmz.yaml", "replicas: 3", "replicas: 5")
    estate.edit("apps/policy-portal-intranet.yaml", "replicas: 2", "replicas: 3")
    plans = estate.plans()
    assert [
        app.replicas for app in plans["dmz"].of(AppsPlan).apps if app.name == "broker-gateway"
    ] == [5]
    assert {zone: for_devices(plan) for zone, plan in plans.items()} == before


def test_apps_that_nobody_reaches_from_outside_do_not_appear(tmp_path: Path) -> None:
    """E3: web apps listen inside the cluster, and a tenant with only such has no partition."""
    declaration = as3(shipped(tmp_path).plans()["dmz"])
    assert set(objects(declaration, "Tenant")) - {"platform"} == {"brokers", "life"}
    assert set(virtual_servers(declaration)) == {"broker_gateway", "policy_portal"}
    assert "quote" not in str(declaration)


def test_a_retired_app_leaves_the_declaration(tmp_path: Path) -> None:
    """A tenant whose last virtual server goes stands there empty, so that AS3 takes the old one
    away; not named, its partition would stay as it is."""
    estate = shipped(tmp_path).edit(
        "apps/policy-portal-dmz.yaml", "zone: dmz", "zone: dmz\nstate: retired"
    )
    declaration = as3(estate.plans()["dmz"])
    assert declaration["life"] == {"class": "Tenant", "label": "life"}
    assert set(virtual_servers(declaration)) == {"broker_gateway"}
    estate.remove("apps/policy-portal-dmz.yaml")
    estate.edit(
        "Pulumi.dmz.yaml",
        "{name: policy-portal, tenant: life, app: policy-portal}",
        "{name: policy-portal, tenant: life}",
    )
    assert "life" not in as3(estate.plans()["dmz"])
