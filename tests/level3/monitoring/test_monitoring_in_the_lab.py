"""Monitoring in the lab: where its pods stand, and what is left of it without one of its nodes."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.monitoring.plan.sizes import REPLICAS
from estate.topics.nodes.plan import NodesPlan
from tests.level3.applied import Applied

PATIENCE = 180  # seconds; a busy machine is slow, not broken
SPACE = "estate-monitoring"
NAME = "app.kubernetes.io/name"
LOST = "estate.test/monitoring-lost"
EXPECTED = {name: count for name, count in REPLICAS.items() if name != "metrics-server"}


def _pods(world: Applied, zone: Zone) -> list[dict[str, Any]]:
    found = world.get(zone, "pods", "-n", SPACE)
    return [
        one
        for one in found
        if one["status"]["phase"] == "Running" and "deletionTimestamp" not in one["metadata"]
    ]


def _standing(pods: list[dict[str, Any]], nodes: set[str]) -> dict[str, int]:
    """How many pods of each part stand on ``nodes``, but for what stands on every node."""
    found = Counter(
        pod["metadata"]["labels"][NAME] for pod in pods if pod["spec"]["nodeName"] in nodes
    )
    del found["node-exporter"]
    return dict(found)


def _own_nodes(plan: Plan) -> set[str]:
    (pool,) = (one for one in plan.of(NodesPlan).pools if one.role == "monitoring")
    return {node.name for node in pool.nodes}


@pytest.mark.parametrize("zone", ZONES)
def test_every_part_runs_on_its_pool_and_one_on_every_node(world: Applied, zone: Zone) -> None:
    """I2, I4, C6: what the real scheduler made of it, under the real admission."""
    plan = world.estate.plans()[zone]
    pods = _pods(world, zone)
    everywhere = {node.name for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    exporters = [pod for pod in pods if pod["metadata"]["labels"][NAME] == "node-exporter"]
    assert {exporter["spec"]["nodeName"] for exporter in exporters} == everywhere
    assert len(exporters) == len(everywhere)
    assert len(pods) - len(exporters) == sum(EXPECTED.values())
    assert _standing(pods, _own_nodes(plan)) == EXPECTED


@pytest.mark.parametrize("zone", ZONES)
def test_without_one_of_its_nodes_everything_but_what_is_in_it_goes_on(
    world: Applied, zone: Zone
) -> None:
    """X4, X15, A4: the other Prometheus and both Alertmanagers stand on the survivor."""
    plan = world.estate.plans()[zone]
    lost, *survivors = sorted(_own_nodes(plan))
    world.lab.kubectl(zone, "taint", "node", lost, f"{LOST}=yes:NoExecute")
    try:
        wanted = EXPECTED | {"prometheus": 1}
        _until(world, zone, set(survivors), wanted)
        (left,) = (
            pod for pod in _pods(world, zone) if pod["metadata"]["labels"][NAME] == "prometheus"
        )
        (home,) = (disk.node for disk in plan.of(MonitoringPlan).disks if disk.node != lost)
        assert left["spec"]["nodeName"] == home
    finally:
        world.lab.kubectl(zone, "taint", "node", lost, f"{LOST}-")
    _until(world, zone, _own_nodes(plan), EXPECTED)


def _until(world: Applied, zone: Zone, nodes: set[str], wanted: dict[str, int]) -> None:
    end = time.monotonic() + PATIENCE
    while (found := _standing(_pods(world, zone), nodes)) != wanted:
        assert time.monotonic() < end, f"on {sorted(nodes)}: {found}"
        time.sleep(1)
