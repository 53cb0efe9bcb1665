"""What a router is told, as HAProxy itself does it on loopback (E6, E13, H5).

The controller writes HAProxy's configuration from Ingresses, Services and its ConfigMap. An
equivalent is written here from the emitted objects and run, with a server in each app's place.
"""

from __future__ import annotations

import json
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.plan import Plan
from estate.topics.routers.manifests.settings import LOG_FIELDS
from lab import ports as lab_ports
from tests.estates import shipped
from tests.loopback import DEADLINE, FakeNode, moved, until

pytestmark = pytest.mark.level2

HERE, APP = moved("10.77.0.1"), "10.77.0.2"
HOST = "brokers.harbour.example"
CLASS = "external-brokers"


def bodies(plan: Plan, kind: str) -> list[Any]:
    return [manifest.body for manifest in compose(plan).manifests if manifest.kind == kind]


def told(plan: Plan) -> dict[str, str]:
    """The shard's ConfigMap, by the name that its controller is given."""
    (deployment,) = [
        body for body in bodies(plan, "Deployment") if body["metadata"]["name"] == "router-brokers"
    ]
    (box,) = deployment["spec"]["template"]["spec"]["containers"]
    (name,) = [
        one.partition("=")[2].partition("/")[2]
        for one in box["args"]
        if one.startswith("--configmap=")
    ]
    (found,) = [body for body in bodies(plan, "ConfigMap") if body["metadata"]["name"] == name]
    return found["data"]


def configuration(plan: Plan, port: int, servers: dict[str, str]) -> str:
    """As the controller's makers describe it: one rule for each host and path, 404 for the rest."""
    lines = [
        "global",
        "    log stdout format raw daemon",
        "defaults",
        "    mode http",
        "    log global",
        f"    log-format '{told(plan)['log-format']}'",
        "    timeout connect 2s",
        "    timeout client 5s",
        "    timeout server 5s",
        "frontend http",
        f"    bind {HERE}:{port}",
        "    http-request set-var(txn.base) base",
    ]
    for ingress in bodies(plan, "Ingress"):
        if ingress["spec"]["ingressClassName"] != CLASS:
            continue
        for rule in ingress["spec"]["rules"]:
            for one in rule["http"]["paths"]:
                path = one["path"]
                service = one["backend"]["service"]["name"]
                lines.append(
                    f"    use_backend {service} if {{ req.hdr(host) -i {rule['host']} }} "
                    f"{{ path -m str {path} }} || {{ req.hdr(host) -i {rule['host']} }} "
                    f"{{ path_beg {path.rstrip('/')}/ }}"
                )
    lines += [
        "    default_backend nothing",
        "backend nothing",
        "    http-request return status 404",
    ]
    for service, server in servers.items():
        lines += [f"backend {service}", f"    server one {server}"]
    return "\n".join(lines) + "\n"


def ask(port: int, path: str, host: str = HOST) -> int:
    """The answer's status; 0 where nobody answers yet."""
    connection = HTTPConnection(HERE, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_published_paths_are_served_and_every_request_is_a_line_of_json(tmp_path: Path) -> None:
    """E6, E13, H5: the rest is answered with 404, and logged as well, without its query."""
    plan = shipped(tmp_path).plans()["dmz"]
    port, behind = lab_ports.free(2)
    app = FakeNode("broker-desk", APP, behind)
    path = tmp_path / "haproxy.cfg"
    text = configuration(plan, port, {"broker-desk": f"{moved(APP)}:{behind}"})
    path.write_text(text, encoding="utf-8")
    process = subprocess.Popen(["haproxy", "-db", "-f", str(path)], stdout=subprocess.PIPE)
    try:
        assert until(lambda: ask(port, "/") == 404)
        assert ask(port, "/offers/7?name=Smith") == 200
        assert ask(port, "/contracts") == 200
        assert ask(port, "/offersecret") == 404
        assert ask(port, "/admin") == 404
        assert ask(port, "/offers", host="quote.harbour.example") == 404
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=DEADLINE)
        app.stop()
    assert app.asked == {"/offers/7?name=Smith", "/contracts"}
    lines = [json.loads(line) for line in said.decode().splitlines() if line.startswith("{")]
    assert all(tuple(line) == LOG_FIELDS for line in lines)
    (served,) = [line for line in lines if line["url"] == f"{HOST}/offers/7"]
    assert (served["shard"], served["method"], served["status"]) == ("brokers", "GET", 200)
    assert served["backend"] == "broker-desk"
    assert served["time"] > 10**12
    assert b"Smith" not in said
    assert {line["status"] for line in lines if line["url"] == f"{HOST}/admin"} == {404}
