"""What a shard that publishes by Gateway API is told (E6, E10, E13, H5).

Its objects are held against the definitions of their own release, its HAProxy's configuration is
run by HAProxy on loopback, with what the controller would add written from the emitted objects.
"""

from __future__ import annotations

import copy
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
from tests.definitions import Schemas, problems, schemas_of
from tests.estates import shipped
from tests.gateways import DMZ, with_gateway
from tests.loopback import DEADLINE, FakeNode, moved, until

pytestmark = pytest.mark.level2

HERE, APP = moved("10.77.0.1"), "10.77.0.2"
HOST = "brokers.harbour.example"


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """Every served version of every kind of the standard channel."""
    return schemas_of("gateway-api")


def plan_of(folder: Path, *, tls: bool = True) -> Plan:
    estate = with_gateway(shipped(folder))
    if not tls:
        estate.edit(DMZ, "        https: {certificate: brokers-harbour}\n", "")
    return estate.plans()["dmz"]


def resources(plan: Plan) -> list[Any]:
    made: list[Any] = [manifest.body for manifest in compose(plan).manifests]
    return [one for one in made if one["apiVersion"].startswith("gateway.networking.k8s.io/")]


@pytest.mark.parametrize("tls", [True, False])
def test_gateways_and_routes_are_as_the_standard_channel_defines_them(
    schemas: Schemas, tmp_path: Path, tls: bool
) -> None:
    """E10: no field that its release does not know, none of another type, none missing."""
    found = resources(plan_of(tmp_path, tls=tls))
    assert [one["kind"] for one in found] == [
        "GatewayClass",
        "Gateway",
        *["HTTPRoute"] * (2 if tls else 1),
    ]
    assert [problems(schemas, one) for one in found] == [[]] * len(found)


def test_a_field_that_the_standard_channel_does_not_know_is_found(
    schemas: Schemas, tmp_path: Path
) -> None:
    """X7: among them what keeps a client with a pod, which is why that is refused."""
    route = resources(plan_of(tmp_path))[-1]
    assert problems(schemas, route) == []
    wrong = copy.deepcopy(route)
    wrong["spec"]["rules"][0]["sessionPersistence"] = {"type": "Cookie"}
    assert problems(schemas, wrong)


NEWER = ("tune.lua.", "lua-load-per-thread ")
"""What HAProxy reads from release 3.1 on, or from the controller's own image."""


def configuration(plan: Plan, folder: Path, ports: tuple[int, int, int], server: str) -> str:
    """The settings, with a frontend for each listener as the controller's makers describe it."""
    made: list[Any] = [manifest.body for manifest in compose(plan).manifests]
    (text,) = [one["data"]["router.cfg"] for one in made if "router.cfg" in one.get("data", {})]
    http, stats, health = ports
    frontend = "frontend stats from haproxytech"
    moved_to = {
        "/var/run": str(folder),
        "bind :1042": f"bind {HERE}:{health}",
        frontend: f"{frontend}\n  bind {HERE}:{stats}",
    }
    for old, new in moved_to.items():
        assert old in text
        text = text.replace(old, new)
    lines = [line for line in text.splitlines() if not line.strip().startswith(NEWER)]
    (folder / "haproxy").mkdir()
    lines += ["frontend apps from haproxytech", f"  bind {HERE}:{http}"]
    lines += ["  http-request set-var(txn.base) base"]
    (route,) = [
        resource for resource in resources(plan) if resource["metadata"]["name"] == "broker-desk"
    ]
    (rule,) = route["spec"]["rules"]
    for host in route["spec"]["hostnames"]:
        for match in rule["matches"]:
            how = {"Exact": "path -m str", "PathPrefix": "path_beg"}[match["path"]["type"]]
            lines.append(
                f"  use_backend app if {{ req.hdr(host) -i {host} }} "
                f"{{ {how} {match['path']['value']} }}"
            )
    lines += ["  default_backend backend_not_found"]
    lines += ["backend app from haproxytech", f"  server one {server}"]
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
    """E6, E13, H5: taken character by character, a prefix opens nothing that is not published."""
    plan = plan_of(tmp_path)
    http, stats, health, behind = lab_ports.free(4)
    app = FakeNode("broker-desk", APP, behind)
    path = tmp_path / "haproxy.cfg"
    ports = (http, stats, health)
    path.write_text(configuration(plan, tmp_path, ports, f"{moved(APP)}:{behind}"))
    process = subprocess.Popen(["haproxy", "-db", "-f", str(path)], stdout=subprocess.PIPE)
    try:
        assert until(lambda: ask(health, "/healthz") == 200)
        assert ask(stats, "/metrics") == 200
        assert ask(stats, "/") == 404
        assert ask(http, "/offers/7?name=Smith") == 200
        assert ask(http, "/contracts") == 200
        assert ask(http, "/offersecret") == 404
        assert ask(http, "/admin") == 404
        assert ask(http, "/offers", host="quote.harbour.example") == 404
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=DEADLINE)
        app.stop()
    assert app.asked == {"/offers/7?name=Smith", "/contracts"}
    lines = [json.loads(line) for line in said.decode().splitlines() if line.startswith("{")]
    assert all(tuple(line) == LOG_FIELDS for line in lines)
    (served,) = [line for line in lines if line["url"] == f"{HOST}/offers/7"]
    assert (served["shard"], served["method"], served["status"]) == ("brokers", "GET", 200)
    assert b"Smith" not in said
    assert not any("healthz" in line["url"] for line in lines)
