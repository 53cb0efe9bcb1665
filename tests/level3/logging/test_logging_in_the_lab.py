"""Logging in the lab: where its pods stand, what a lost node leaves, what may be evicted."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any

import pytest

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.sizes import INTAKES, KIBANAS
from estate.topics.nodes.plan import NodesPlan
from tests.level3.applied import Applied

PATIENCE = 180  # seconds; a busy machine is slow, not broken
SPACE = "estate-logging"
NAME = "app.kubernetes.io/name"
LOST = "estate.test/logging-lost"
RACK = "topology.kubernetes.io/zone"


def _logged(plan: Plan) -> LoggingPlan:
    found = plan.find(LoggingPlan)
    assert found
    return found


def _expected(plan: Plan, lost: str = "") -> dict[str, int]:
    """How many pods of each part stand on the pool; what has its disk on a lost node waits."""
    found = {
        store_set.part: sum(disk.node != lost for disk in store_set.disks)
        for store_set in _logged(plan).sets
    }
    return {**found, "kibana": KIBANAS, "elasticsearch-exporter": 1, "log-intake": INTAKES}


def _pods(world: Applied, zone: Zone) -> list[dict[str, Any]]:
    """Those that are ready and not about to go."""
    return [
        one
        for one in world.get(zone, "pods", "-n", SPACE)
        if "deletionTimestamp" not in one["metadata"]
        and any(
            (condition["type"], condition["status"]) == ("Ready", "True")
            for condition in one["status"].get("conditions", ())
        )
    ]


def _standing(world: Applied, zone: Zone) -> dict[str, int]:
    found = Counter(pod["metadata"]["labels"][NAME] for pod in _pods(world, zone))
    del found["log-collector"], found["logging-setup"]  # which comes and goes by the clock
    return dict(found)


def _nodes(plan: Plan) -> dict[str, str]:
    """The pool's nodes and the rack of each."""
    (pool,) = (one for one in plan.of(NodesPlan).pools if one.role == "logging")
    return {node.name: node.rack for node in pool.nodes}


def _until(world: Applied, zone: Zone, wanted: dict[str, int]) -> None:
    end = time.monotonic() + PATIENCE
    while (found := _standing(world, zone)) != wanted:
        assert time.monotonic() < end, f"{found}, not {wanted}"
        time.sleep(1)


@pytest.mark.parametrize("zone", ZONES)
def test_every_part_runs_on_its_pool_with_its_volume_and_a_collector_on_every_node(
    world: Applied, zone: Zone
) -> None:
    """H3, H6, C6: what the real scheduler made of it, under the real admission."""
    plan = world.estate.plans()[zone]
    pods = _pods(world, zone)
    everywhere = {node.name for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    collectors = [pod for pod in pods if pod["metadata"]["labels"][NAME] == "log-collector"]
    assert {collector["spec"]["nodeName"] for collector in collectors} == everywhere
    assert len(collectors) == len(everywhere)
    assert _standing(world, zone) == _expected(plan)
    at = {pod["metadata"]["name"]: pod["spec"]["nodeName"] for pod in pods}
    for store_set in _logged(plan).sets:
        for disk in store_set.disks:
            assert at[f"{store_set.part}-{disk.replica}"] == disk.node
            (claim,) = world.get(zone, "pvc", f"data-{store_set.part}-{disk.replica}", "-n", SPACE)
            assert claim["status"]["phase"] == "Bound"
            assert claim["spec"]["storageClassName"] == store_set.backend
            (volume,) = world.get(zone, "pv", claim["spec"]["volumeName"])
            assert volume["spec"]["local"]["path"] == disk.path
    assert len({at[name] for name in at if name.startswith("kibana-")}) == KIBANAS


@pytest.mark.parametrize("zone", ZONES)
def test_pods_are_told_the_rack_of_their_node(world: Applied, zone: Zone) -> None:
    """X15: by the API server itself, since what Elasticsearch spreads copies over is this label."""
    racks = _nodes(world.estate.plans()[zone])
    told = {
        pod["metadata"]["name"]: (pod["metadata"]["labels"].get(RACK), pod["spec"]["nodeName"])
        for pod in _pods(world, zone)
        if pod["metadata"]["labels"][NAME].startswith("elasticsearch-")
    }
    assert told
    assert all(rack == racks[node] for rack, node in told.values()), told


@pytest.mark.parametrize("zone", ZONES)
def test_without_one_node_a_majority_stands_and_no_second_one_may_go(
    world: Applied, zone: Zone
) -> None:
    """X5, X6, X15: the first eviction is admitted; while one is gone the next is refused."""
    plan = world.estate.plans()[zone]
    lost, *others = sorted(_nodes(plan))
    _until(world, zone, _expected(plan))
    for part in ("elasticsearch-master", "elasticsearch-hot", "elasticsearch-warm"):
        assert _evict(world, zone, _on(world, zone, part, others[0]), dry_run=True) == 201
    world.lab.kubectl(zone, "taint", "node", lost, f"{LOST}=yes:NoSchedule")
    try:
        assert _evict(world, zone, _on(world, zone, "elasticsearch-master", lost)) == 201
        wanted = {**_expected(plan), "elasticsearch-master": 2}
        _until(world, zone, wanted)  # the one that went waits for its disk: two of three
        refused = _on(world, zone, "elasticsearch-master", others[0])
        assert _evict(world, zone, refused) == 429
        assert _standing(world, zone) == wanted
        assert _evict(world, zone, _on(world, zone, "elasticsearch-hot", others[0]), dry_run=True)
        world.lab.kubectl(zone, "taint", "node", lost, f"{LOST}=yes:NoExecute")
        _until(world, zone, _expected(plan, lost))
        for part in ("elasticsearch-hot", "elasticsearch-warm"):
            assert _evict(world, zone, _on(world, zone, part, others[0])) == 429
    finally:
        world.lab.kubectl(zone, "taint", "node", lost, f"{LOST}-")
    _until(world, zone, _expected(plan))


def _on(world: Applied, zone: Zone, part: str, node: str) -> str:
    (found,) = (
        pod["metadata"]["name"]
        for pod in _pods(world, zone)
        if pod["metadata"]["labels"][NAME] == part and pod["spec"]["nodeName"] == node
    )
    return found


def _evict(world: Applied, zone: Zone, pod: str, *, dry_run: bool = False) -> int:
    """Ask as a drain does (policy/v1 Eviction): the status of the answer."""
    body: dict[str, Any] = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod, "namespace": SPACE},
    }
    query = "?dryRun=All" if dry_run else ""
    path = f"/api/v1/namespaces/{SPACE}/pods/{pod}/eviction{query}"
    file = world.lab.state / "eviction.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    ran = world.lab.kubectl(zone, "create", "--raw", path, "-f", str(file), check=False)
    if ran.returncode == 0:
        return 201
    assert "TooManyRequests" in ran.stderr or "disruption budget" in ran.stderr, ran.stderr
    return 429
