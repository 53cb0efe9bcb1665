"""What router shards become: each tenant in one, rights and ways as narrow as what it publishes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from estate.cli.report import print_summary
from estate.composition import compose
from estate.objects.manifest import Manifest
from estate.topics.apps.plan.readable_secrets import readable_secrets
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.routers.plan import RoutersPlan
from estate.topics.routers.plan.model import RouterPlan
from tests.estates import TODAY, Estate, shipped

pytestmark = pytest.mark.level0

DMZ = "Pulumi.dmz.yaml"
DESK = "apps/broker-desk-dmz.yaml"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def objects(estate: Estate) -> dict[tuple[str, str], Manifest]:
    found = compose(estate.plans()["dmz"]).manifests
    return {(manifest.kind, manifest.name): manifest for manifest in found}


def body(estate: Estate, kind: str, name: str) -> Any:
    return objects(estate)[(kind, name)].body


def shard(estate: Estate, name: str) -> RouterPlan:
    (found,) = [
        router for router in estate.plans()["dmz"].of(RoutersPlan).routers if router.shard == name
    ]
    return found


def test_the_default_shard_leaves_out_tenants_that_have_their_own(estate: Estate) -> None:
    """C5: a shard for all would go on serving those, too."""
    assert shard(estate, "brokers").namespaces == ("brokers",)
    assert shard(estate, "default").namespaces == ("claims", "motor")
    estate.edit(DMZ, "tenants: [brokers]", "tenants: [brokers, motor]")
    assert shard(estate, "brokers").namespaces == ("brokers", "motor")
    assert shard(estate, "default").namespaces == ("claims",)


def test_only_declared_paths_have_a_rule(estate: Estate) -> None:
    """E13: no default backend catches the rest."""
    spec = body(estate, "Ingress", "broker-desk")["spec"]
    assert set(spec) == {"ingressClassName", "rules"}
    assert spec["ingressClassName"] == "external-brokers"
    (rule,) = spec["rules"]
    assert rule["host"] == "brokers.harbour.example"
    assert [one["path"] for one in rule["http"]["paths"]] == ["/contracts", "/offers"]
    for one in rule["http"]["paths"]:
        assert one["backend"] == {"service": {"name": "broker-desk", "port": {"name": "http"}}}


@pytest.mark.parametrize(
    ("declared", "annotation"),
    [
        ("cookie", {"haproxy.org/cookie-persistence": "estate-broker-desk"}),
        ("none", {}),
    ],
)
def test_a_cookie_is_set_where_it_is_declared(
    estate: Estate, declared: str, annotation: dict[str, str]
) -> None:
    """X7: on the Service, where the controller reads it."""
    estate.edit(DESK, "stickiness: cookie", f"stickiness: {declared}")
    metadata = body(estate, "Service", "broker-desk")["metadata"]
    ours = {key: v for key, v in metadata["annotations"].items() if key.startswith("haproxy.org/")}
    assert ours == annotation


def test_an_app_that_answers_slowly_is_waited_for_as_long_as_it_says(estate: Estate) -> None:
    """E10: on its Service, for this app alone; without it nothing is written."""
    key = "haproxy.org/timeout-server"
    assert key not in body(estate, "Service", "broker-desk")["metadata"]["annotations"]
    estate.edit(DESK, "stickiness: cookie", "stickiness: cookie\nanswer_within: 600")
    annotations = body(estate, "Service", "broker-desk")["metadata"]["annotations"]
    assert annotations[key] == "600s"
    assert annotations["haproxy.org/cookie-persistence"] == "estate-broker-desk"


def test_a_controller_answers_for_its_own_class_in_its_own_namespaces(estate: Estate) -> None:
    """C5: its own namespace among them, which it needs and which publishes nothing."""
    (box,) = body(estate, "Deployment", "estate-ingress-router-brokers")["spec"]["template"][
        "spec"
    ]["containers"]
    assert "--ingress.class=external-brokers" in box["args"]
    seen = [one.partition("=")[2] for one in box["args"] if one.startswith("--namespace-whitelist")]
    assert seen == ["estate-ingress", "brokers"]
    controller = body(estate, "IngressClass", "external-brokers")["spec"]["controller"]
    assert controller == "haproxy.org/ingress-controller/external-brokers"


def test_rights_are_bound_where_the_shard_publishes_and_nowhere_else(estate: Estate) -> None:
    """B2: secrets of other namespaces stay unread, and nothing is ever written."""
    bound: set[tuple[str | None, str]] = set()
    for (kind, _), manifest in objects(estate).items():
        if kind.endswith("RoleBinding"):
            binding: Any = manifest.body
            if manifest.physical_name == "estate-router-brokers":
                bound.add((manifest.namespace, binding["roleRef"]["name"]))
    assert bound == {
        (None, "estate-router-brokers-cluster"),
        ("estate-ingress", "estate-router-brokers-own"),
        ("brokers", "estate-router-brokers-published"),
    }
    for part in ("cluster", "own", "published"):
        for rule in body(estate, "ClusterRole", f"estate-router-brokers-{part}")["rules"]:
            assert set(rule["verbs"]) == {"get", "list", "watch"}
            assert "*" not in rule["resources"]
    everywhere = body(estate, "ClusterRole", "estate-router-brokers-cluster")["rules"]
    assert not any("secrets" in rule["resources"] for rule in everywhere)


def test_monitors_ask_where_clients_never_reach(estate: Estate) -> None:
    """C3, X3: health has a policy of its own, for the load balancer's own addresses."""
    (rule,) = body(estate, "NetworkPolicy", "router-default-monitored")["spec"]["ingress"]
    assert [one["port"] for one in rule["ports"]] == [1042]
    assert {one["ipBlock"]["cidr"] for one in rule["from"]} == {"10.10.0.2/31"}
    (rule,) = body(estate, "NetworkPolicy", "router-default-balanced")["spec"]["ingress"]
    assert [one["port"] for one in rule["ports"]] == [8080, 8443]


def test_the_load_balancer_leads_to_addresses_that_move_between_router_nodes(
    estate: Estate,
) -> None:
    """E4: and asks the health port there; without them, to the nodes."""
    (server,) = [
        virtual_server
        for virtual_server in estate.plans()["dmz"].of(VirtualServersPlan).virtual_servers
        if virtual_server.name == "router-default-https"
    ]
    assert [str(member) for member in server.members] == ["10.10.1.121", "10.10.1.122"]
    assert (server.member_port, server.monitor.port) == (30071, 30072)
    assert server.names == ("claim-intake.harbour.example", "quote.harbour.example")


def test_another_app_of_a_namespace_changes_neither_rights_nor_pods_of_the_routers(
    estate: Estate,
) -> None:
    """P-b, E6: endpoints are watched, nothing is written down; only the way to its pods is new."""
    before = objects(estate)
    text = (estate.root / DESK).read_text(encoding="utf-8")
    changed = text.replace("broker-desk", "broker-news").replace(
        "[brokers.harb", "[news.brokers.harb"
    )
    estate.add("apps/broker-news-dmz.yaml", changed.replace("replicas: 2", "replicas: 2"))
    after = objects(estate)
    routers = {key for key in before if "router" in key[1]}
    assert routers == {key for key in after if "router" in key[1]}
    assert {key for key in routers if before[key] != after[key]} == {
        ("NetworkPolicy", "router-brokers-published")
    }


def test_routers_count_against_their_pool(estate: Estate) -> None:
    """X4: a shard that the surviving router node cannot carry is refused."""
    for size in ("M", "S"):
        shard = f"        size: {size}\n        address: 10.10.0.2"
        estate.edit(DMZ, shard, shard.replace(size, "L", 1))
    (problem,) = estate.problems()
    assert problem.code == "pool-does-not-survive"
    assert "router-brokers, router-default need" in problem.found


def test_secrets_that_routers_read_of_apps_which_they_do_not_publish_are_named(
    estate: Estate,
) -> None:
    """C5: the ingress controller reads all Secrets of the namespaces that it publishes from."""
    plans = estate.plans()
    found = list(readable_secrets(plans["dmz"]))
    assert found == [("router-brokers", "broker-gateway", "brokers")]
    out = io.StringIO()
    print_summary([*plans.values()], TODAY, Console(file=out, width=1000))
    assert "router-brokers reads the secrets of broker-gateway, which it does not" in out.getvalue()
    without = estate.edit("apps/broker-gateway-dmz.yaml", "secrets:\n  - {name: session-key}\n", "")
    assert list(readable_secrets(without.plans()["dmz"])) == []
