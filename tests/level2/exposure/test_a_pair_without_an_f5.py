"""HAProxy and keepalived in the place of an F5: read and run by the programs themselves (E11)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.balancers import with_a_pair, without_tls
from tests.documents import texts
from tests.estates import Estate, shipped
from tests.keepalived import keepalived
from tests.loopback import FakeNode, running, until, with_state

pytestmark = pytest.mark.level2

CONFIGURATION = "haproxy/lb-dmz/haproxy.cfg"
KEEPALIVED = "keepalived/lb-dmz/{host}/keepalived.conf"
PORTAL, GATEWAY = "10.10.0.21:443", "10.10.0.22:443"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return with_a_pair(shipped(tmp_path))


def emitted(estate: Estate) -> dict[str, str]:
    return texts(estate.plans()["dmz"])


def section(text: str, name: str) -> list[str]:
    """The lines of one frontend or backend, without its first."""
    return next(
        [line.strip() for line in part.splitlines()[1:] if line.startswith(" ")]
        for part in re.split(r"(?m)^(?=\S)", text)
        if part.startswith(name)
    )


def test_haproxy_reads_what_is_emitted(estate: Estate, tmp_path: Path) -> None:
    """E11: without a warning, on its release here and as far as we know on current ones."""
    path = tmp_path / "haproxy.cfg"
    text = with_state(emitted(estate)[CONFIGURATION], tmp_path)
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["haproxy", "-c", "-dW", "-f", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout


def test_there_is_no_as3_declaration_where_there_is_no_f5(estate: Estate) -> None:
    """E11: the zone's choice decides which documents there are."""
    assert "f5/as3.json" not in emitted(estate)
    assert "f5/as3.json" in texts(estate.plans()["intranet"])


def test_users_keep_address_and_port_and_only_declared_clients_connect(estate: Estate) -> None:
    """E5: as on the F5."""
    estate.edit(
        "apps/policy-portal-dmz.yaml", "port: 443, ", "port: 443, clients: [10.30.0.0/16], "
    )
    text = emitted(estate)[CONFIGURATION]
    portal = section(text, "frontend life_policy-portal")
    assert f"bind {PORTAL}" in portal
    assert "tcp-request connection reject unless { src 10.30.0.0/16 }" in portal
    assert not [one for one in section(text, "frontend brokers_broker-gateway") if "src" in one]


def test_every_member_is_asked_for_the_apps_health(estate: Estate) -> None:
    """X3: under traffic_policy Local that is what takes nodes without a replica out."""
    backend = section(emitted(estate)[CONFIGURATION], "backend brokers_broker-gateway")
    assert "http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host broker-gateway" in backend
    assert "http-check expect status 200" in backend
    assert [line for line in backend if line.startswith("server ")] == [
        "server dmz-n03-30011 10.10.1.13:30011 check",
        "server dmz-n04-30011 10.10.1.14:30011 check",
        "server dmz-n05-30011 10.10.1.15:30011 check",
    ]


@pytest.mark.parametrize("path", ["/-/healthy", "/health/?full=1&of='a'", "/_health%20$(x)"])
def test_a_member_is_asked_for_the_path_as_it_is_declared(
    estate: Estate, tmp_path: Path, path: str
) -> None:
    """X3: every path of RFC 3986 passes HAProxy's own quoting, with the app's first name."""
    estate.edit("apps/policy-portal-dmz.yaml", "health: /healthz", f'health: "{path}"')
    node = FakeNode("dmz-n01", "10.10.1.11", 30010)
    try:
        with running(emitted(estate)[CONFIGURATION], tmp_path):
            assert until(lambda: bool(node.asked))
            assert (node.asked, node.hosts) == ({path}, {"portal.harbour.example"})
            assert node.asked_over_tls == {path}, "the portal ends TLS itself"
    finally:
        node.stop()


def test_a_declared_interval_is_how_often_members_are_asked(estate: Estate) -> None:
    """X3: of this app's alone."""
    estate.edit("apps/policy-portal-dmz.yaml", "vip: {", "vip: {interval: 20, ")
    text = emitted(estate)[CONFIGURATION]
    portal = section(text, "backend life_policy-portal")
    assert "default-server inter 20s fall 3 rise 2 check-ssl verify none" in portal
    gateway = section(text, "backend brokers_broker-gateway")
    assert "default-server inter 5s fall 3 rise 2 check-ssl verify none" in gateway


def test_scaling_an_app_changes_no_byte_for_the_pair(estate: Estate) -> None:
    """E8: members are nodes here, too."""
    before = emitted(estate)[CONFIGURATION]
    estate.edit("apps/broker-gateway-dmz.yaml", "replicas: 3", "replicas: 5")
    assert emitted(estate)[CONFIGURATION] == before


def test_a_retired_app_leaves_the_pair(estate: Estate) -> None:
    """E11: neither does anything listen at its address, nor does keepalived bring it."""
    estate.edit("apps/policy-portal-dmz.yaml", "zone: dmz", "zone: dmz\nstate: retired")
    found = emitted(estate)
    assert "10.10.0.21" not in found[CONFIGURATION]
    assert "10.10.0.21" not in found[KEEPALIVED.format(host="dmz-lb1")]


def test_traffic_flows_and_a_dead_node_is_taken_out(estate: Estate, tmp_path: Path) -> None:
    """E11: by the emitted file alone; clients notice nothing once the check has noticed."""
    one = FakeNode("dmz-n01", "10.10.1.11", 30010)
    two = FakeNode("dmz-n02", "10.10.1.12", 30010)
    try:
        with running(emitted(estate)[CONFIGURATION], tmp_path) as balancer:
            both = {"dmz-n01", "dmz-n02"}
            assert until(lambda: {balancer.get(PORTAL) for _ in range(8)} == both)
            assert "/healthz" in one.asked & two.asked
            one.stop()
            assert until(lambda: {balancer.get(PORTAL) for _ in range(8)} == {"dmz-n02"})
            two.status = 503  # alive, and says that it cannot serve
            assert until(lambda: {balancer.get(PORTAL) for _ in range(8)} == {None})
    finally:
        two.stop()


def test_a_client_stays_with_its_node(estate: Estate, tmp_path: Path) -> None:
    """E7: stickiness by source, for as long as the node lives; different clients are spread."""
    nodes = [
        FakeNode("dmz-n03", "10.10.1.13", 30011),
        FakeNode("dmz-n04", "10.10.1.14", 30011),
    ]
    clients = [f"10.0.9.{last}" for last in range(1, 25)]
    try:
        with running(emitted(estate)[CONFIGURATION], tmp_path) as balancer:
            names = {node.name for node in nodes}
            assert until(lambda: {balancer.get(GATEWAY, client) for client in clients} == names)
            first = {client: balancer.get(GATEWAY, client) for client in clients}
            for _ in range(5):
                assert {client: balancer.get(GATEWAY, client) for client in clients} == first
            nodes.pop(0).stop()
            assert until(
                lambda: {balancer.get(GATEWAY, client) for client in clients} == {"dmz-n04"}
            )
    finally:
        for node in nodes:
            node.stop()


def test_a_cookie_keeps_a_client_that_comes_from_anywhere(estate: Estate, tmp_path: Path) -> None:
    """E7, X7: whatever address it comes from, and as long as the node lives."""
    gateway = "apps/broker-gateway-dmz.yaml"
    without_tls(estate).edit(gateway, "stickiness: source", "stickiness: cookie, protocol: http")
    nodes = [
        FakeNode("dmz-n03", "10.10.1.13", 30011),
        FakeNode("dmz-n04", "10.10.1.14", 30011),
    ]
    try:
        with running(emitted(estate)[CONFIGURATION], tmp_path) as balancer:
            names = {node.name for node in nodes}
            assert until(lambda: {balancer.get(GATEWAY) for _ in range(8)} == names)
            cookies = {balancer.get(GATEWAY): balancer.cookie for _ in range(8)}
            assert len(set(cookies.values())) == 2
            for name, cookie in cookies.items():
                assert "dmz" not in cookie
                clients = [f"10.0.9.{last}" for last in range(1, 9)]
                assert {balancer.get(GATEWAY, client, cookie) for client in clients} == {name}
    finally:
        for node in nodes:
            node.stop()


def test_tls_ends_at_the_pair_with_a_file_that_its_hosts_hold(estate: Estate) -> None:
    """E5: named, never carried."""
    certificate = "/etc/haproxy/certificates/gateway.pem"
    without_tls(estate).edit(
        "apps/broker-gateway-dmz.yaml",
        "stickiness: source",
        f"stickiness: cookie, protocol: http, tls: {{certificate: {certificate}}}",
    )
    text = emitted(estate)[CONFIGURATION]
    assert f"bind {GATEWAY} ssl crt {certificate} alpn h2,http/1.1" in section(
        text, "frontend brokers_broker-gateway"
    )
    assert "cookie ESTATE insert indirect nocache httponly secure" in section(
        text, "backend brokers_broker-gateway"
    )


def test_an_app_that_reads_the_proxy_protocol_learns_its_clients(
    estate: Estate, tmp_path: Path
) -> None:
    """E5, E11: behind a pair pods see the hosts' addresses; the header says who connected."""
    estate.edit("apps/policy-portal-dmz.yaml", "port: 443, ", "port: 443, proxy_protocol: true, ")
    node = FakeNode("dmz-n01", "10.10.1.11", 30010, proxied=True)
    try:
        with running(emitted(estate)[CONFIGURATION], tmp_path) as balancer:
            assert until(lambda: balancer.get(PORTAL, "10.0.9.77") == "dmz-n01")
            assert [client for client in node.clients if client.endswith(".9.77")]
    finally:
        node.stop()


def password_file(estate: Estate, password: str) -> str:
    found = emitted(estate)["keepalived/lb-dmz/auth_pass.conf"]
    assert found.count("${secret:keepalived/lb-dmz/auth_pass}") == 1
    return found.replace("${secret:keepalived/lb-dmz/auth_pass}", password)


@pytest.mark.parametrize("host", ["dmz-lb1", "dmz-lb2"])
def test_keepalived_reads_what_is_emitted(estate: Estate, tmp_path: Path, host: str) -> None:
    """E11: without a word of complaint."""
    text = emitted(estate)[KEEPALIVED.format(host=host)]
    done = keepalived(text, password_file(estate, "abcd1234"), tmp_path)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


@pytest.mark.parametrize(
    "old, new, password, code",
    [
        ("", "", "abcd12345", 5),
        ("enable_script_security", "", "abcd1234", 6),
        ("virtual_router_id 51", "virtual_router_id 300", "abcd1234", 5),
        ("interface eth0", "interface eth9", "abcd1234", 5),
        ("state BACKUP", "state MASTER", "abcd1234", 5),
        ("/usr/bin/curl", "/usr/bin/no-such-program", "abcd1234", 5),
        ("10.10.0.21/32", "300.10.0.21/32", "abcd1234", 5),
    ],
)
def test_the_same_check_refuses_what_keepalived_would_put_right_in_silence(
    estate: Estate, tmp_path: Path, old: str, new: str, password: str, code: int
) -> None:
    """E4: a test that accepts everything would be none."""
    text = emitted(estate)[KEEPALIVED.format(host="dmz-lb1")]
    assert old in text
    done = keepalived(
        text.replace(old, new) if old else text, password_file(estate, password), tmp_path
    )
    assert done.returncode == code, done.stderr


def test_hosts_know_each_other_and_nobody_begins_as_master(estate: Estate) -> None:
    """E4: unicast between the hosts, the same number and addresses, priorities of their own."""
    found = emitted(estate)
    first, second = (found[KEEPALIVED.format(host=host)] for host in ("dmz-lb1", "dmz-lb2"))
    for text, own, peer in ((first, "10.10.0.2", "10.10.0.3"), (second, "10.10.0.3", "10.10.0.2")):
        assert f"unicast_src_ip {own}\n    unicast_peer {{\n        {peer}\n    }}" in text
        assert "state BACKUP" in text
        assert "\n    nopreempt\n" in text
        assert "MASTER" not in text
        assert "virtual_router_id 51" in text
        assert re.findall(r"(10\.[0-9.]+)/32", text) == [
            *(f"10.10.0.{number}" for number in (20, 21, 22, 25, 26, 28))
        ]
    assert "priority 110" in first
    assert "priority 100" in second


def test_the_register_lists_every_number_in_use(estate: Estate) -> None:
    """E4: whoever adds a router to the segment looks there."""
    register = emitted(estate)["keepalived/virtual-routers.csv"].splitlines()
    assert [line.split(",")[:4] for line in register[1:3]] == [
        ["10.10.0.0/24", "51", "lb-dmz", "dmz-lb1"],
        ["10.10.0.0/24", "51", "lb-dmz", "dmz-lb2"],
    ]
