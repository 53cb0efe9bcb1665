"""Updates end: quotas let them through, and the engine waits until the last pod is ready."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.reader.values import Zone
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

PORTAL = "apps/policy-portal-dmz.yaml"
STOPS = 30
"""Seconds that a pod may take to end."""


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def body(estate: Estate, kind: str, namespace: str, zone: Zone = "dmz") -> Any:
    (found,) = (
        manifest.body
        for manifest in compose(estate.plans()[zone]).manifests
        if (manifest.kind, manifest.namespace) == (kind, namespace)
    )
    return found


def waits(found: Any) -> int:
    return int(found["metadata"]["annotations"]["pulumi.com/timeoutSeconds"])


@pytest.mark.parametrize(
    ("zone", "path", "before", "after", "namespace"),
    [
        ("dmz", PORTAL, "size: {cpu: 2, memory: 4Gi}", "size: {cpu: 1, memory: 2Gi}",
         "life-policy-portal"),
        ("dmz", PORTAL, ', collect: "*.log"', "", "life-policy-portal"),
        ("intranet", "apps/registry-zk-intranet.yaml", "size: {cpu: 1, memory: 2Gi}",
         "size: {cpu: 500m, memory: 1Gi}", "shared-services-registry-zk"),
    ],
)  # fmt: skip
def test_a_smaller_app_on_its_own_nodes_leaves_its_quota_alone(
    estate: Estate, zone: Zone, path: str, before: str, after: str, namespace: str
) -> None:
    """D1, X5: lowered before the old pods are gone, a quota would refuse the new ones."""
    quota = body(estate, "ResourceQuota", namespace, zone)
    assert set(quota["spec"]["hard"]) == {"pods", "services.nodeports", "services.loadbalancers"}
    estate.edit(path, before, after)
    assert body(estate, "ResourceQuota", namespace, zone) == quota


def test_a_quota_of_pods_has_room_for_a_whole_revision_that_is_still_ending(
    estate: Estate,
) -> None:
    """X5: a quota counts pods until they are gone; an update must not wait for them."""
    replicas = body(estate, "Deployment", "life-policy-portal")["spec"]["replicas"]
    hard = body(estate, "ResourceQuota", "life-policy-portal")["spec"]["hard"]
    assert int(hard["pods"]) == 2 * (replicas + 1)


def test_a_namespace_that_apps_share_keeps_its_declared_quota(estate: Estate) -> None:
    """C1: who shares nodes with others has amounts."""
    hard = body(estate, "ResourceQuota", "motor")["spec"]["hard"]
    assert {"requests.cpu", "requests.memory", "pods"} < set(hard)


def test_the_engine_waits_until_the_last_replica_had_its_time(estate: Estate) -> None:
    """fault 9, X5: one comes after the other, so that the time grows with their number."""
    estate.edit(PORTAL, "replicas: 2", "replicas: 2\nready_within: 200")
    found = body(estate, "Deployment", "life-policy-portal")
    assert found["spec"]["progressDeadlineSeconds"] == 200, "of one replica"
    assert waits(found) == 2 * (200 + STOPS)
    estate.edit(PORTAL, "replicas: 2\n", "replicas: 2\nscale: {cpu: 80, max: 3}\n")
    assert waits(body(estate, "Deployment", "life-policy-portal")) == 3 * (200 + STOPS)


def test_a_pod_that_waits_for_others_first_has_its_own_time_afterwards(estate: Estate) -> None:
    """N2: what it needs may take its time, too."""
    found = [
        manifest.body
        for manifest in compose(estate.plans()["intranet"]).manifests
        if (manifest.kind, manifest.physical_name) == ("Deployment", "underwriting")
    ]
    deployment: Any = found[0]
    needs = deployment["spec"]["template"]["spec"]["initContainers"][0]["args"][0]
    within = int(needs.removeprefix("--within="))
    assert deployment["spec"]["progressDeadlineSeconds"] == 300 + within
    assert waits(deployment) == deployment["spec"]["replicas"] * (300 + within + STOPS)


@pytest.mark.parametrize("seconds", [10, 200, 301, 3600])
def test_a_container_has_as_long_to_start_as_was_declared(estate: Estate, seconds: int) -> None:
    """D8: a probe that gave up earlier would start it anew for ever."""
    estate.edit(PORTAL, "replicas: 2", f"replicas: 2\nready_within: {seconds}")
    template = body(estate, "Deployment", "life-policy-portal")["spec"]["template"]
    probe = template["spec"]["containers"][0]["startupProbe"]
    assert 0 <= probe["periodSeconds"] * probe["failureThreshold"] - seconds < 5


@pytest.mark.parametrize("zone", ["dmz", "intranet"])
def test_the_platforms_own_rollouts_have_the_time_of_all_their_pods(
    estate: Estate, zone: Zone
) -> None:
    """X5: services of the platform, and daemon sets on any number of nodes."""
    for manifest in compose(estate.plans()[zone]).manifests:
        found: Any = manifest.body
        if manifest.kind in ("Deployment", "StatefulSet") and "scale" not in manifest.name:
            assert waits(found) >= found["spec"].get("replicas", 1) * STOPS, manifest.name
        if manifest.kind == "DaemonSet":
            at_once = found["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"]
            turns = -(-100 // int(at_once.removesuffix("%")))
            assert waits(found) == turns * (300 + STOPS), manifest.name
