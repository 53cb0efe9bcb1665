"""UDP beside TCP: node port, Service, policy, virtual server, firewall rows (E1, E3, E14)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.handover import documents
from estate.topics.firewall.plan import FirewallPlan
from tests.balancers import (
    GATEWAY,
    with_a_pair,
    with_datagrams,
    with_metallb,
    with_snat_pools,
    without_tls,
)
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return with_datagrams(shipped(tmp_path))


def _one(estate: Estate, kind: str, name: str) -> Any:
    (found,) = (
        manifest.body
        for manifest in compose(estate.plans()["dmz"]).manifests
        if manifest.kind == kind and manifest.physical_name == name
    )
    return found


def _as3(estate: Estate, app: str) -> dict[str, Any]:
    texts = {document.name: document.text for document in documents(estate.plans()["dmz"])}
    return json.loads(texts["f5/as3.json"])["brokers"][app]


def test_one_app_has_the_same_port_over_both_protocols(estate: Estate) -> None:
    """E1, E3: as HTTP/3 needs it; callers inside have neither."""
    service = _one(estate, "Service", "broker-gateway")["spec"]
    found = [(one["protocol"], one["targetPort"], one["nodePort"]) for one in service["ports"]]
    assert [(protocol, port) for protocol, _, port in found] == [("TCP", 30011), ("UDP", 30012)]
    pods = _one(estate, "Deployment", "broker-gateway")["spec"]["template"]["spec"]
    listens = [(pod["containerPort"], pod["protocol"]) for pod in pods["containers"][0]["ports"]]
    assert listens == [(8443, "TCP"), (8443, "UDP")]


def test_pods_take_datagrams_from_whom_they_take_connections(estate: Estate) -> None:
    """C3."""
    (rule,) = _one(estate, "NetworkPolicy", "broker-gateway-exposed")["spec"]["ingress"]
    assert rule["ports"] == [
        {"protocol": "TCP", "port": 8443},
        {"protocol": "UDP", "port": 8443},
    ]


def test_the_f5_asks_over_tcp_whether_members_take_datagrams(estate: Estate) -> None:
    """E3, X3: a member that drops datagrams says nothing, and a node without a pod is alive."""
    app = _as3(estate, "broker_gateway")
    assert app["service_udp"]["class"] == "Service_UDP"
    assert app["service_udp"]["virtualAddresses"] == app["service"]["virtualAddresses"]
    assert app["service_udp"]["virtualPort"] == app["service"]["virtualPort"] == 443
    assert app["service_udp"]["persistenceMethods"] == ["source-address"]
    pool = app[app["service_udp"]["pool"]]
    assert [one["servicePort"] for one in pool["members"]] == [30012]
    monitor = app[pool["monitors"][0]["use"]]
    assert (monitor["monitorType"], monitor["targetPort"]) == ("https", 30011)


def test_without_stickiness_datagrams_go_to_any_member(estate: Estate) -> None:
    """E7: by default AS3 would keep clients by their address."""
    estate.edit(GATEWAY, ", stickiness: source", "")
    assert _as3(estate, "broker_gateway")["service_udp"]["persistenceMethods"] == []


def test_a_client_kept_by_a_cookie_is_kept_by_its_address_over_udp(estate: Estate) -> None:
    """E7: datagrams have no cookies."""
    without_tls(estate).edit(GATEWAY, "stickiness: source", "stickiness: cookie, protocol: http")
    app = _as3(estate, "broker_gateway")
    assert app["service"]["persistenceMethods"] == ["cookie"]
    assert app["service_udp"]["persistenceMethods"] == ["source-address"]


def test_firewalls_are_asked_for_udp_and_for_the_question_over_tcp(estate: Estate) -> None:
    """E14: clients and members over UDP; the monitor's node port over TCP."""
    rows = [
        row for row in estate.plans()["dmz"].of(FirewallPlan).rows if row.app == "broker-gateway"
    ]
    found = {(row.purpose, row.port, row.protocol) for row in rows}
    assert found == {
        ("clients", 443, "TCP"),
        ("clients", 443, "UDP"),
        ("members", 30011, "TCP"),
        ("members", 30012, "UDP"),
    }


def test_quotas_count_both_node_ports_and_one_load_balancer(estate: Estate) -> None:
    """C1, E9."""
    found: dict[str | None, Any] = {
        manifest.namespace: manifest.body["spec"]
        for manifest in compose(with_metallb(estate).plans()["dmz"]).manifests
        if manifest.kind == "ResourceQuota"
    }
    assert found["brokers"]["hard"]["services.nodeports"] == "2"
    assert found["brokers"]["hard"]["services.loadbalancers"] == "1"


def test_metallb_gives_one_address_to_both(estate: Estate) -> None:
    """E9: in one Service, since it gives an address to one."""
    with_metallb(estate)
    spec = _one(estate, "Service", "broker-gateway-vip")["spec"]
    found = [(one["protocol"], one["port"], one["nodePort"]) for one in spec["ports"]]
    assert found == [("TCP", 443, 30011), ("UDP", 443, 30012)]
    inner = _one(estate, "Service", "broker-gateway")["spec"]
    assert [one["protocol"] for one in inner["ports"]] == ["TCP"]


def test_one_number_serves_both_protocols_of_a_node(estate: Estate) -> None:
    """E1: the register knows ports by protocol."""
    estate.edit(GATEWAY, "node_port: 30012", "node_port: 30011")
    register = "registers/node-ports.yaml"
    estate.edit(register, "port: 30012, protocol: UDP", "port: 30011, protocol: UDP")
    assert estate.problems() == ()


def test_nobody_else_has_the_address_and_port_over_udp(estate: Estate) -> None:
    """E3: uniqueness is per protocol."""
    text = (estate.root / GATEWAY).read_text(encoding="utf-8")
    second = text.replace("app: broker-gateway", "app: second-gateway", 1)
    second = second.replace("22, port: 443, ", "22, port: 444, ").replace("node_port: 30011, ", "")
    estate.add("apps/second-gateway-dmz.yaml", second.replace(", node_port: 30012", ""))
    estate.assign("dmz", "brokers/second-gateway", 30020)
    register = estate.root / "registers/node-ports.yaml"
    udp = "  - {zone: dmz, port: 30020, protocol: UDP, owner: brokers/second-gateway}\n"
    register.write_text(register.read_text(encoding="utf-8") + udp, encoding="utf-8")
    found = [(problem.code, problem.key_path) for problem in estate.problems()]
    assert found == [("vip-taken", "udp.vip_port")]


def test_datagrams_take_a_port_of_the_register(estate: Estate) -> None:
    """E2: by protocol, and the refusal says the command."""
    register = "registers/node-ports.yaml"
    entry = "  - {zone: dmz, port: 30012, protocol: UDP, owner: brokers/broker-gateway}\n"
    estate.edit(register, entry, "")
    (found,) = estate.problems()
    assert (found.code, found.key_path) == ("node-port-unassigned", "udp.node_port")
    assert "--protocol UDP --port 30012 broker-gateway" in found.hint


def test_a_pair_of_haproxy_hosts_passes_no_datagrams_on(estate: Estate) -> None:
    """E11: what the program on it cannot do is refused, with the reason."""
    (found,) = with_a_pair(estate).problems()
    assert (found.code, found.key_path) == ("balancer-cannot", "udp")
    assert "HAProxy passes no datagrams on" in found.found


def _alone(estate: Estate) -> Estate:
    """Of an estate with datagrams beside TCP."""
    return estate.edit(GATEWAY, ALONE, ALONE.replace(", port: 443", ""))


ALONE = "address: 10.10.0.22, port: 443"


def test_an_app_that_is_sent_datagrams_alone_has_one_virtual_server(estate: Estate) -> None:
    """E1, E3: its health is asked over TCP at a node port that no user knows."""
    app = _as3(_alone(estate), "broker_gateway")
    services = [key for key, one in app.items() if "virtualPort" in str(one)]
    assert services == ["service_udp"]
    assert app["service_udp"]["virtualPort"] == 443
    assert app["monitor_udp"]["targetPort"] == 30011
    assert {"pool", "monitor", "service"} & set(app) == set()


def test_firewalls_let_datagrams_in_and_the_monitor_through(estate: Estate) -> None:
    """E14: no client over TCP."""
    rows = [
        row
        for row in _alone(estate).plans()["dmz"].of(FirewallPlan).rows
        if row.app == "broker-gateway"
    ]
    found = {(row.purpose, row.port, row.protocol) for row in rows}
    assert found == {("clients", 443, "UDP"), ("members", 30011, "TCP"), ("members", 30012, "UDP")}


def test_the_sheet_moves_datagrams_alone(estate: Estate) -> None:
    """E5."""
    texts = {document.name: document.text for document in documents(_alone(estate).plans()["dmz"])}
    sheet = texts["cutover/broker-gateway.md"]
    assert "port 443, UDP, as before" in sheet
    assert "TCP" not in sheet
    assert "takes the old virtual server off 10.10.0.22:443 over UDP" in sheet


def test_metallb_keeps_no_port_over_tcp_that_nobody_uses(estate: Estate) -> None:
    """E2, E9: nobody asks there, so the register, the Service and the quota know UDP alone."""
    entry = "  - {zone: dmz, port: 30011, protocol: TCP, owner: brokers/broker-gateway}\n"
    with_metallb(estate)
    _alone(estate).edit("registers/node-ports.yaml", entry, "")
    estate.edit(GATEWAY, "node_port: 30011, ", "")
    spec = _one(estate, "Service", "broker-gateway-vip")["spec"]
    assert [(one["protocol"], one["nodePort"]) for one in spec["ports"]] == [("UDP", 30012)]
    quotas: dict[str | None, Any] = {
        manifest.namespace: manifest.body["spec"]
        for manifest in compose(estate.plans()["dmz"]).manifests
        if manifest.kind == "ResourceQuota"
    }
    assert quotas["brokers"]["hard"]["services.nodeports"] == "1"


def test_pods_take_no_connections_but_questions(estate: Estate) -> None:
    """C3: datagrams come from the SNAT pool, too; who asks how the app is comes from self IPs."""
    with_snat_pools(_alone(estate))
    for name, protocol, sources in (
        ("exposed", "UDP", {"10.10.0.2/31", "10.10.0.8/31"}),
        ("asked", "TCP", {"10.10.0.2/31"}),
    ):
        (rule,) = _one(estate, "NetworkPolicy", f"broker-gateway-{name}")["spec"]["ingress"]
        assert rule["ports"] == [{"protocol": protocol, "port": 8443}]
        assert {one["ipBlock"]["cidr"] for one in rule["from"]} == sources
