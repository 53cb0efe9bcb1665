"""Tenants: their namespaces, whose they are, and how much each may have (C1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import Amount
from estate.topics.tenancy.manifests.tenant import tenant
from estate.topics.tenancy.plan import TenancyPlan
from estate.topics.tenancy.plan.model import NamespacePlan
from tests.estates import Estate, shipped

GI = 2**30


def namespaces(plan: Plan) -> dict[str, NamespacePlan]:
    """By name."""
    return {
        namespace.name: namespace
        for owner in plan.of(TenancyPlan).tenants
        for namespace in owner.namespaces
    }


def objects(plan: Plan, kind: str) -> dict[str, Any]:
    """A tenancy's objects of one kind, by namespace (or by name, for namespaces)."""
    found = [
        manifest
        for owner in plan.of(TenancyPlan).tenants
        for manifest in tenant(owner)
        if manifest.kind == kind
    ]
    return {manifest.namespace or manifest.physical_name: manifest.body for manifest in found}


@pytest.fixture
def two(tmp_path: Path) -> Estate:
    """Motor has a second namespace in the DMZ, in which its app runs."""
    estate = shipped(tmp_path)
    estate.edit(
        "tenants/motor.yaml",
        "dmz:\n    pool: shared\n",
        "dmz:\n    pool: shared\n    namespaces: {night: {pool: shared, quota: S}}\n",
    )
    return estate.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 3\nnamespace: night")


def test_a_tenant_may_have_several_namespaces_in_a_zone(two: Estate) -> None:
    """C1: each with everything that must stand in it, in the pool that it names."""
    plan = two.plans()["dmz"]
    assert {"motor", "motor-night"} <= set(namespaces(plan))
    for kind in ("Namespace", "ResourceQuota", "LimitRange"):
        assert {"motor", "motor-night"} <= set(objects(plan, kind))


def test_an_app_runs_in_the_namespace_that_it_names(two: Estate) -> None:
    two.give("dmz", "motor", "tariff.harbour.example")
    (quote,) = [app for app in two.plans()["dmz"].of(AppsPlan).apps if app.name == "quote"]
    assert quote.namespace == "motor-night"
    assert quote.pool == "shared"


def test_apps_of_two_namespaces_of_a_tenant_reach_each_other_only_as_declared(two: Estate) -> None:
    """C3, C4: the other namespace is another namespace, whoever owns it."""
    two.add(
        "apps/tariff-dmz.yaml",
        (two.root / "apps/quote-dmz.yaml")
        .read_text(encoding="utf-8")
        .replace("app: quote", "app: tariff")
        .replace("quote.harbour.example]", "tariff.harbour.example]")
        .replace("namespace: night", "connects_to: [{app: quote}]"),
    )
    two.give("dmz", "motor", "tariff.harbour.example")
    (quote,) = [app for app in two.plans()["dmz"].of(AppsPlan).apps if app.name == "quote"]
    assert [
        (connection.caller, connection.caller_namespace) for connection in quote.connected_from
    ] == [("tariff", "motor")]


def test_a_quota_by_name_is_what_the_zone_says_it_is(two: Estate) -> None:
    """C1: the same letter may mean more in the zone that has more."""
    assert namespaces(two.plans()["dmz"])["motor-night"].quota == Amount(
        cpu=4000, memory=8 * GI, pods=20
    )
    two.edit(
        "Pulumi.dmz.yaml",
        "  estate:pools:",
        "  estate:quota_sizes: {S: {cpu: 5, memory: 9Gi, pods: 7}}\n  estate:pools:",
    )
    assert namespaces(two.plans()["dmz"])["motor-night"].quota == Amount(
        cpu=5000, memory=9 * GI, pods=7
    )
    hard = objects(two.plans()["dmz"], "ResourceQuota")["motor-night"]["spec"]["hard"]
    assert (hard["requests.cpu"], hard["requests.memory"], hard["pods"]) == ("5", "9Gi", "7")


def test_a_namespace_says_whose_it_is_whom_to_call_and_who_pays(tmp_path: Path) -> None:
    """C1: ownership as annotations; an app with a pool of its own is its own team's."""
    found = objects(shipped(tmp_path).plans()["intranet"], "Namespace")
    assert found["claims"]["metadata"]["annotations"] == {
        "estate/owner": "claims-platform@harbour.example",
        "estate/contact": "+49 89 5550 3300, weekdays 7 to 19",
        "estate/business-unit": "Claims",
        "estate/cost-centre": "CC-5100",
    }
    own = found["life-policy-portal"]["metadata"]["annotations"]
    assert own["estate/owner"] == "policy-portal@harbour.example"
    assert own["estate/cost-centre"] == "CC-4100"


def test_node_ports_are_counted_where_they_are_declared(tmp_path: Path) -> None:
    """E2: the quota of node ports equals what is declared in the namespace, none elsewhere."""
    plan = shipped(tmp_path).plans()["intranet"]
    hard = {
        name: body["spec"]["hard"]["services.nodeports"]
        for name, body in objects(plan, "ResourceQuota").items()
    }
    exposed = [app.namespace for app in plan.of(AppsPlan).apps if app.exposure]
    assert hard == {name: str(exposed.count(name)) for name in namespaces(plan)}
    assert set(hard.values()) >= {"0", "1"}


@pytest.mark.parametrize("zone", ZONES)
def test_a_container_that_asks_for_nothing_gets_a_little_in_every_namespace(
    tmp_path: Path, zone: Zone
) -> None:
    """C1: enough to start, little enough to notice; what a quota counts is never unknown."""
    plan = shipped(tmp_path).plans()[zone]
    found = objects(plan, "LimitRange")
    assert set(found) == set(namespaces(plan))
    without = {app.namespace for app in plan.of(AppsPlan).apps if app.limits.cpu is None}
    for namespace, body in found.items():
        (limit,) = body["spec"]["limits"]
        assert limit["type"] == "Container"
        assert limit["defaultRequest"].items() >= {"cpu": "10m", "memory": "100Mi"}.items()
        most = {} if namespace in without else {"cpu": "1"}
        assert limit["default"].items() >= {**most, "memory": "1000Mi"}.items()


@pytest.mark.parametrize("zone", ZONES)
def test_every_container_of_a_tenant_may_fill_so_much_of_the_nodes_disk_and_no_more(
    tmp_path: Path, zone: Zone
) -> None:
    """C1, X4: more than its /tmp and its output take, and nothing that a quota or a pool counts;
    no template has it, so no pod restarts for it."""
    plan = shipped(tmp_path).plans()[zone]
    for body in objects(plan, "LimitRange").values():
        (limit,) = body["spec"]["limits"]
        assert limit["defaultRequest"]["ephemeral-storage"] == "16Mi"
        assert limit["default"]["ephemeral-storage"] == "2Gi"
    for body in objects(plan, "ResourceQuota").values():
        assert not [one for one in body["spec"]["hard"] if "ephemeral" in one]
    for manifest in compose(plan).manifests:
        if manifest.kind not in ("Deployment", "StatefulSet", "DaemonSet"):
            continue
        spec: Any = dict(manifest.body)["spec"]
        for volume in spec["template"]["spec"]["volumes"]:
            if "emptyDir" in volume:
                assert volume["emptyDir"]["sizeLimit"], manifest.physical_name


def test_daemon_sets_are_not_the_apps_to_have(tmp_path: Path) -> None:
    """X4: what the platform runs on each node comes off what apps may count on."""
    estate = shipped(tmp_path)
    (before, *_) = estate.plans()["dmz"].of(NodesPlan).pools[0].nodes
    estate.edit(
        "Pulumi.dmz.yaml",
        "  estate:node_sizes:\n",
        "  estate:daemon_sets: [{name: agent, cpu: 1000m, memory: 512Mi}]\n  estate:node_sizes:\n",
    )
    (after, *_) = estate.plans()["dmz"].of(NodesPlan).pools[0].nodes
    assert after.allocatable == before.allocatable
    assert after.room == before.room - Amount(cpu=1000, memory=512 * 2**20, pods=1)


def test_a_role_pool_repels_what_the_platform_does_not_send_there(tmp_path: Path) -> None:
    """C6, D2: routers, egress and the platform's other services have nodes of their own."""
    for plan in shipped(tmp_path).plans().values():
        roles = {pool.role: pool for pool in plan.of(NodesPlan).pools if pool.role}
        assert set(roles) == {"router", "egress", "logging", "monitoring", "infra"}
        for pool in roles.values():
            assert [(taint.key, taint.value) for taint in pool.taints] == [("dedicated", pool.name)]
            assert len(pool.nodes) > 1
        assert {app.pool for app in plan.of(AppsPlan).apps}.isdisjoint(
            pool.name for pool in roles.values()
        )
