"""Who is asked for its health: readiness by what an app needs, liveness by the container alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.cli.explain import explain
from estate.composition import compose
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from tests.documents import as3, virtual_servers
from tests.estates import Estate, shipped
from tests.level0.apps.made_apps import codes, container_of, explained, shop
from tests.minimal import minimal

pytestmark = pytest.mark.level0

QUOTE = "apps/quote-dmz.yaml"
PORTAL = "apps/policy-portal-dmz.yaml"
DMZ = "Pulumi.dmz.yaml"
GATEWAY = "apps/broker-gateway-dmz.yaml"
BROKERS = "brokers.harbour.example"
PROBES = ("startupProbe", "livenessProbe")


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def containers(estate: Estate, zone: Zone) -> dict[str, Any]:
    """The containers that are probed, by workload and name."""
    return {
        f"{manifest.name}/{box['name']}": box
        for manifest in compose(estate.plans()[zone]).manifests
        if manifest.kind in ("Deployment", "StatefulSet", "DaemonSet")
        for body in [manifest.body]
        for box in _template(body)["containers"]
        if "livenessProbe" in box
    }


def _template(body: Any) -> Any:
    return body["spec"]["template"]["spec"]


def _asks(probe: Any) -> Any:
    return probe.get("httpGet", probe.get("tcpSocket", {}))


@pytest.mark.parametrize("zone", ZONES)
def test_no_container_is_restarted_because_it_is_not_ready(estate: Estate, zone: Zone) -> None:
    """A4, X3: a database that is away makes pods unready, and restarts none of them."""
    found = containers(estate, zone)
    assert len(found) > 10
    for name, box in found.items():
        ready = _asks(box.get("readinessProbe", {}))
        for kind in PROBES:
            alive = _asks(box[kind])
            assert "path" not in alive or alive["path"] != ready.get("path"), (name, kind)


def test_an_app_lives_while_its_port_accepts(estate: Estate) -> None:
    """A4: until it declares a path that asks nothing outside."""
    (box,) = [box for name, box in containers(estate, "dmz").items() if name.startswith("quote/")]
    assert _asks(box["readinessProbe"])["path"] == "/healthz"
    for kind in PROBES:
        assert box[kind]["tcpSocket"] == {"port": "http"}


@pytest.mark.parametrize(
    "file, zone",
    [(QUOTE, "dmz"), ("apps/document-store-intranet.yaml", "intranet")],
)
def test_a_declared_path_tells_whether_an_app_lives(estate: Estate, file: str, zone: Zone) -> None:
    """A4: startup and liveness ask there, readiness does not."""
    text = (estate.root / file).read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("health:")]
    estate.edit(file, line, f"health: {{ready: {line.split()[1]}, alive: /livez}}")
    name = Path(file).stem.removesuffix(f"-{zone}")
    box = containers(estate, zone)[f"{name}/{name}"]
    for probe in PROBES:
        assert box[probe]["httpGet"]["path"] == "/livez"
    assert _asks(box["readinessProbe"]).get("path") != "/livez"


def test_probes_name_the_first_host_that_users_know(estate: Estate) -> None:
    """J4: a program that checks Host answers 400 to a pod's address."""
    found = containers(estate, "dmz")
    header = {"name": "Host", "value": "quote.harbour.example"}
    assert found["quote/quote"]["readinessProbe"]["httpGet"]["httpHeaders"] == [header]
    portal = found["policy-portal/policy-portal"]["readinessProbe"]["httpGet"]
    assert portal["httpHeaders"] == [{"name": "Host", "value": "portal.harbour.example"}]
    gateway = found["broker-gateway/broker-gateway"]["readinessProbe"]["httpGet"]
    assert "httpHeaders" not in gateway, "it has no name"
    estate.edit(GATEWAY, "port: 443,", f"port: 443, names: [z.{BROKERS}, a.{BROKERS}],")
    found = containers(estate, "dmz")
    gateway = found["broker-gateway/broker-gateway"]["readinessProbe"]["httpGet"]
    assert gateway["httpHeaders"] == [{"name": "Host", "value": f"z.{BROKERS}"}]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/_health/",
        "/-/healthy",
        "/health/",
        "/health_check?elb=true",
        "/.well-known/health",
        "/~user;v=1/a,b/(c)!$&'*+=:@",
        "/caf%C3%A9?q=/a?b",
    ],
)
def test_a_health_path_is_what_rfc_3986_says(estate: Estate, path: str) -> None:
    """X3: path-absolute with an optional query, sections 3.3 and 3.4."""
    estate.edit(QUOTE, "health: /healthz", f'health: "{path}"')
    (app,) = [one for one in estate.plans()["dmz"].of(AppsPlan).apps if one.name == "quote"]
    assert app.ready and app.ready.path == path


@pytest.mark.parametrize(
    "path",
    [
        "//host/health",
        "/a//b",
        "/a/../b",
        "/a/%2e%2E/b",
        "/..",
        "/.?full=1",
        "/health#top",
        "/health\\n",
        "/100%",
        "/%zz",
        "/café",
        '/a\\"b',
        "/a\\\\b",
        "/a|b",
        "/" + "a" * 200,
    ],
)
def test_what_is_no_path_of_a_url_is_refused(estate: Estate, path: str) -> None:
    """X3: nor is a path that programs on the way would rewrite before they use it."""
    estate.edit(QUOTE, "health: /healthz", f'health: "{path}"')
    assert [problem.code for problem in estate.problems()] == ["bad-url-path"]


def test_published_paths_are_paths_of_urls_and_a_slash_at_the_end_changes_nothing(
    estate: Estate,
) -> None:
    """E13: everything below a path is published with it."""
    estate.edit(QUOTE, "hosts: [", "paths: [/.well-known, /_next, /app/]\nhosts: [")
    (app,) = [one for one in estate.plans()["dmz"].of(AppsPlan).apps if one.name == "quote"]
    assert app.route and app.route.paths == ("/.well-known", "/_next", "/app")
    estate.edit(QUOTE, "/app/]", "/app/, /app]")
    assert [problem.code for problem in estate.problems()] == ["name-taken"]


def asked(estate: Estate, zone: Zone, app: str) -> str:
    """What `estate explain` says of who asks for its health."""
    (found,) = explain(compose(estate.plans()[zone]), app)
    return next(
        " ".join(chapter.lines)
        for chapter in found.chapters
        if chapter.title == "Who asks for its health"
    )


def test_explain_reckons_how_often_an_app_is_asked(estate: Estate) -> None:
    """X3: every node is a member of every pool, and each unit of a device asks each member."""
    text = asked(estate, "dmz", "policy-portal")
    assert "each pod: every 5 seconds whether it is ready (/healthz), every 10 seconds" in text
    assert "23 nodes for /healthz every 5 seconds, by 2 units: 9.2 requests a second" in text
    assert "more than 10" not in text
    text = asked(estate, "dmz", "broker-gateway")
    assert "3 nodes for /healthz every 5 seconds, by 2 units: 1.2 requests a second" in text
    assert "load balancer" not in asked(estate, "dmz", "quote"), "routers have it to themselves"


def test_under_local_only_questions_to_nodes_with_a_pod_reach_one(estate: Estate) -> None:
    """X3: the others are refused by the node."""
    estate.edit(PORTAL, "traffic_policy: Cluster", "traffic_policy: Local")
    text = asked(estate, "dmz", "policy-portal")
    assert "9.2 requests a second; 0.8 reach 2 pods" in text


def test_an_app_that_is_asked_too_often_is_told_what_makes_it_less(estate: Estate) -> None:
    """X3: with the arithmetic of both ways."""
    more = "".join(
        f"      - {{name: dmz-x{number}, address: 10.10.1.{number}, rack: rack-a, "
        "size: medium, pool: shared}\n"
        for number in range(130, 220)
    )
    text = (estate.root / DMZ).read_text(encoding="utf-8")
    begin = text.index("  estate:nodes:")
    place = text.index("\n", begin) + 1
    estate.add(DMZ, text[:place] + more.replace("      -", "    -") + text[place:])
    text = asked(estate, "dmz", "policy-portal")
    assert "113 nodes for /healthz every 5 seconds, by 2 units: 45.2 requests a second" in text
    assert "That is 22.6 a second for each pod, more than 10." in text
    assert "With vip.members: pool it is 0.4" in text
    assert "With vip.interval: 60 it is 1.9" in text
    estate.edit(PORTAL, "vip: {", "vip: {interval: 60, ")
    assert "more than 10" not in asked(estate, "dmz", "policy-portal")


@pytest.mark.parametrize(
    "written, ready, alive",
    [
        (
            "tcp",
            {"tcpSocket": {"port": "http"}},
            {"tcpSocket": {"port": "http"}},
        ),
        (
            "grpc",
            {"grpc": {"port": 8080}},
            {"tcpSocket": {"port": "http"}},
        ),
        (
            {"ready": {"grpc": "a.v1.Quotes"}, "alive": {"command": ["/bin/alive", "--now"]}},
            {"grpc": {"port": 8080, "service": "a.v1.Quotes"}},
            {"exec": {"command": ["/bin/alive", "--now"]}},
        ),
        (
            {"ready": "/ready", "alive": {"path": "/livez", "port": 8443, "tls": True}},
            {"httpGet": {"path": "/ready", "port": "http"}},
            {"httpGet": {"path": "/livez", "port": 8443, "scheme": "HTTPS"}},
        ),
        (
            {"ready": {"port": 8081}, "alive": "grpc"},
            {"tcpSocket": {"port": 8081}},
            {"grpc": {"port": 8080}},
        ),
    ],
)
def test_each_question_is_a_probe_of_its_kind(
    tmp_path: Path, written: Any, ready: Any, alive: Any
) -> None:
    """A4, X3: readiness by one, start and liveness by the other."""
    box = container_of(shop(health=written), tmp_path)
    for name, wanted in (("readinessProbe", ready), *((kind, alive) for kind in PROBES)):
        (way,) = wanted
        asked = {key: one for key, one in box[name][way].items() if key != "httpHeaders"}
        assert asked == wanted[way]


def test_an_app_whose_life_nobody_asks_has_no_probe_that_restarts_it(tmp_path: Path) -> None:
    """A4: its own end starts it anew."""
    box = container_of(shop(health={"ready": "/ready", "alive": "none"}), tmp_path)
    assert not {*PROBES} & box.keys()
    assert box["readinessProbe"]["httpGet"]["path"] == "/ready"
    text = explained(shop(health={"alive": "none"}), tmp_path / "more")
    assert "(that port 8080 accepts); nobody asks whether it lives." in text


@pytest.mark.parametrize("health", ["tcp", "grpc", {"ready": {"command": ["/bin/ready"]}}])
def test_a_load_balancer_asks_whether_the_port_accepts_where_readiness_is_no_path(
    tmp_path: Path, health: Any
) -> None:
    """X3, E3: it speaks neither gRPC nor the pod's own commands."""
    made = minimal().with_exposed_app("shop", address="10.13.0.20", node_port=30010, health=health)
    plan = made.written(tmp_path).plans()["dmz"]
    (server,) = virtual_servers(as3(plan)).values()
    assert server.monitor["monitorType"] == "tcp"
    assert "send" not in server.monitor
    text = explained(made, tmp_path / "more")
    assert "whether the node port accepts every 5 seconds" in text


def test_a_load_balancer_cannot_ask_a_port_that_no_node_opens(tmp_path: Path) -> None:
    """E3: MetalLB asks nobody, so there a path of another port is allowed."""
    health = {"ready": {"path": "/ready", "port": 8081}}
    made = minimal().with_exposed_app("shop", address="10.13.0.20", node_port=30010, health=health)
    assert codes(made, tmp_path) == ["asked-elsewhere"]
