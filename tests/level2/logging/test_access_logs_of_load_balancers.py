"""What load balancers say of whom they served: by HAProxy and Tcl themselves, where they run (H5).

An F5 runs nowhere here: its profile's words are filled in by hand, its rule is run by Tcl with the
few commands of the F5 that it uses. What takes the lines in, Fluent Bit, does not run here either:
its expressions are tried on them.
"""

from __future__ import annotations

import re
import socketserver
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.composition import compose
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.logging.plan.logging import LoggingPlan
from tests.balancers import with_a_pair, with_metallb, without_tls
from tests.documents import Json, as3, classed, texts
from tests.estates import Estate, shipped
from tests.loopback import FakeNode, moved, running, until

pytestmark = pytest.mark.level2

PORTAL = "apps/policy-portal-dmz.yaml"


def intake(plan: Plan) -> Json:
    """The file of what takes the lines in."""
    (found,) = (
        dict(manifest.body)
        for manifest in compose(plan).manifests
        if manifest.kind == "ConfigMap" and manifest.physical_name.startswith("log-intake-")
    )
    data: Any = found["data"]
    return yaml.safe_load(data["intake.yaml"])


def understood(plan: Plan, line: str) -> dict[str, str]:
    """What the intake makes of a line."""
    parsers = {one["name"]: one["regex"].replace("(?<", "(?P<") for one in intake(plan)["parsers"]}
    header = re.match(parsers["header"], line.rstrip("\n"))
    assert header
    found = {key: value for key, value in header.groupdict().items() if value is not None}
    words = re.match(parsers["words"], found["message"])
    if words:
        del found["message"]
        found |= {key: value for key, value in words.groupdict().items() if value is not None}
    return found


class FakeIntake(socketserver.ThreadingTCPServer):
    """A node that takes lines, over TCP."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: str, port: int) -> None:
        self.lines: list[str] = []
        super().__init__((moved(address), port), _Reader)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Nothing accepts any more."""
        self.shutdown()
        self.server_close()


class _Reader(socketserver.StreamRequestHandler):
    server: FakeIntake  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        for line in self.rfile:
            self.server.lines.append(line.decode())


def paired(tmp_path: Path) -> Estate:
    """The DMZ behind a pair of hosts, which read the portal's requests."""
    estate = without_tls(with_a_pair(shipped(tmp_path)), PORTAL)
    return estate.edit(PORTAL, "port: 443,", "port: 443, protocol: http,")


def test_haproxy_sends_every_request_to_a_node_that_answers(tmp_path: Path) -> None:
    """H5, E11: by the emitted file; the intake understands it, and a query is not logged."""
    plan = paired(tmp_path).plans()["dmz"]
    one, two = FakeIntake("10.10.1.105", 30077), FakeIntake("10.10.1.106", 30077)
    node = FakeNode("dmz-n01", "10.10.1.11", 30010)
    gateway = FakeNode("dmz-n03", "10.10.1.13", 30011)
    try:
        with running(texts(plan)["haproxy/lb-dmz/haproxy.cfg"], tmp_path) as balancer:
            assert until(lambda: balancer.get("10.10.0.21:443") == "dmz-n01")
            assert until(lambda: bool(one.lines or two.lines))
            first, other = (one, two) if one.lines else (two, one)
            first.stop()
            before = len(other.lines)
            assert until(lambda: bool(balancer.get("10.10.0.21:443")) and len(other.lines) > before)
            assert until(lambda: balancer.get("10.10.0.22:443") == "dmz-n03")
            assert until(lambda: any("broker-gateway" in line for line in other.lines))
    finally:
        node.stop()
        gateway.stop()
        one.server_close()
        two.server_close()
    said = [understood(plan, line) for line in [*first.lines, *other.lines]]
    served = next(one for one in said if one.get("status") == "200")
    assert served["virtual"] == "life/policy-portal"
    assert (served["method"], served["url"], served["member"]) == ("GET", "/", "dmz-n01-30010")
    assert served["client"] == moved("10.0.9.9")
    assert served["device"] not in ("", "-")
    passed = next(one for one in said if one.get("virtual") == "brokers/broker-gateway")
    assert passed["member"] == "dmz-n03-30011" and "status" not in passed
    # What HAProxy says of a node that it took out stands among them.
    others = [one["message"] for one in said if "virtual" not in one]
    assert all(one.startswith(("Server ", "backend ", "Health check")) for one in others), others


@pytest.mark.parametrize("zone", ZONES)
def test_every_virtual_server_of_an_f5_is_logged_to_every_node_of_the_pool(
    tmp_path: Path, zone: Zone
) -> None:
    """H5, E3: requests by a profile, connections by a rule; over TCP, so nothing is lost unseen."""
    plan = shipped(tmp_path).plans()[zone]
    logged = plan.find(LoggingPlan)
    assert logged and logged.intake
    for _, application in classed(as3(plan)):
        if application["class"] != "Application":
            continue
        (pool,) = application["logPool"]["members"]
        assert pool["serverAddresses"] == [str(member) for member in logged.intake.members]
        assert pool["servicePort"] == logged.intake.node_port
        for service in (one for one in application.values() if "virtualPort" in one):
            if service["class"].startswith("Service_HTTP"):
                assert service["profileTrafficLog"] == {"use": "requestLog"}
                assert "iRules" not in service
            else:
                assert service["iRules"] == [{"use": "connectionLog"}]


def test_the_f5s_line_of_a_request_is_understood_whatever_the_client_wrote(tmp_path: Path) -> None:
    """H5: a path with words of ours in it changes none of the fields before it."""
    plan = shipped(tmp_path).plans()["intranet"]
    portal = as3(plan)["life"]["policy_portal"]
    settings = portal["requestLog"]["responseSettings"]
    assert settings["responseEnabled"] and settings["responseProtocol"] == "mds-tcp"
    line: str = settings["responseTemplate"]
    path = '/a" status=200 url=/b'
    for word, value in (
        ("$CLIENT_IP", "10.30.0.7"),
        ("$SERVER_IP", "10.20.1.11"),
        ("$RESPONSE_SIZE", "512"),
        ("$RESPONSE_MSECS", "12"),
        ("$HTTP_STATCODE", "404"),
        ("$HTTP_METHOD", "GET"),
        ("$HTTP_PATH", path),
    ):
        line = line.replace(word, value)
    assert "$" not in line and line.endswith("\n")
    assert understood(plan, line) == {
        "device": "f5-intranet",
        "virtual": "life/policy-portal",
        "client": "10.30.0.7",
        "member": "10.20.1.11",
        "bytes": "512",
        "milliseconds": "12",
        "status": "404",
        "method": "GET",
        "url": path,
    }


_F5 = """
namespace eval HSL {
    proc open {args} { puts stderr $args; return handle }
    proc send {handle line} { puts -nonewline $line }
}
namespace eval IP {
    proc client_addr {} { return 192.0.2.7 }
    proc server_addr {} { return 10.10.1.13 }
    proc stats {what way} { return 4096 }
}
proc when {event body} { set ::said($event) $body }
"""


def test_the_f5s_rule_says_of_each_connection_what_the_intake_understands(tmp_path: Path) -> None:
    """H5: run by Tcl, event by event, with what the F5 would answer."""
    plan = shipped(tmp_path).plans()["dmz"]
    gateway = as3(plan)["brokers"]["broker_gateway"]
    rule: str = gateway["connectionLog"]["iRule"]
    events = ("CLIENT_ACCEPTED", "SERVER_CONNECTED", "CLIENT_CLOSED")
    run = "".join(f"eval $::said({event})\n" for event in events)
    path = tmp_path / "rule.tcl"
    path.write_text(_F5 + rule + run, encoding="utf-8")
    done = subprocess.run(["tclsh", str(path)], capture_output=True, text=True, check=True)
    assert done.stderr == "-proto TCP -pool /brokers/broker_gateway/logPool\n"
    found = understood(plan, done.stdout)
    assert int(found.pop("milliseconds")) >= 0
    assert found == {
        "device": "f5-dmz",
        "virtual": "brokers/broker-gateway",
        "client": "192.0.2.7",
        "member": "10.10.1.13",
        "bytes": "4096",
    }


def test_a_line_that_nobody_expected_is_kept_as_a_message(tmp_path: Path) -> None:
    """H5: what no parser reads, the input would drop."""
    plan = shipped(tmp_path).plans()["dmz"]
    assert understood(plan, "<13>Oct 11 22:14:15 bigip mcpd: hello\n") == {
        "message": "<13>Oct 11 22:14:15 bigip mcpd: hello"
    }
    assert understood(plan, "<134>1 - f5-dmz access - - - words\n") == {
        "device": "f5-dmz",
        "message": "words",
    }


def test_only_the_declared_devices_may_send(tmp_path: Path) -> None:
    """H5, C3: by their own addresses, which pods see, since only nodes with a pod answer."""
    plan = shipped(tmp_path).plans()["intranet"]
    objects = {
        (manifest.kind, manifest.physical_name): dict(manifest.body)
        for manifest in compose(plan).manifests
        if manifest.namespace == "estate-logging"
    }
    policy: Any = objects["NetworkPolicy", "log-intake-sent"]["spec"]
    (rule,) = policy["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 5140}]
    sources = {one["ipBlock"]["cidr"] for one in rule["from"]}
    assert sources == {"10.20.0.2/31", "10.20.0.11/32", "10.20.0.12/32"}
    service: Any = objects["Service", "log-intake"]["spec"]
    assert (service["type"], service["externalTrafficPolicy"]) == ("NodePort", "Local")


def test_without_the_word_nothing_listens_and_nothing_is_sent(tmp_path: Path) -> None:
    """H5: one word decides; where nodes answer themselves, routers alone have something to say."""
    estate = shipped(tmp_path)
    file = "Pulumi.dmz.yaml"
    line = next(
        one
        for one in (estate.root / file).read_text(encoding="utf-8").splitlines()
        if one.strip().startswith("intake:")
    )
    plan = estate.edit(file, f"{line}\n", "").plans()["dmz"]
    assert not any("log-intake" in manifest.physical_name for manifest in compose(plan).manifests)
    assert "log" not in {key.lower()[:3] for _, one in classed(as3(plan)) for key in one}
    other = tmp_path / "other"
    other.mkdir()
    behind = with_metallb(shipped(other)).plans()["dmz"]
    logged = behind.find(LoggingPlan)
    assert logged and logged.intake
    assert [device.name for device in logged.intake.devices] == ["lb-platform"]
