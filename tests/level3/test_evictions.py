"""Quorum, asked of the eviction API: one pod of each kind may go, and no second (X6, X15).

All nodes are closed meanwhile, so that no pod that has gone is replaced in between: what a
disruption budget allows then is what it allows while a node is away.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from estate.reader.values import ZONES, Zone
from tests.level3.applied import Applied
from tests.level3.nodes.test_nodes_are_lost import PATIENCE

ALONE = (
    "estate-logging/elasticsearch-exporter",
    "estate-monitoring/grafana",
    "estate-monitoring/kube-state-metrics",
)
"""Services of one replica: a gap in them costs nothing that is not counted again after it."""


@contextmanager
def no_room(world: Applied, zone: Zone) -> Generator[None]:
    """No node takes pods until the block ends; then everything runs again, spread as declared."""
    nodes = [one["metadata"]["name"] for one in world.get(zone, "nodes")]
    world.lab.kubectl(zone, "cordon", *nodes)
    try:
        yield
    finally:
        world.lab.kubectl(zone, "uncordon", *nodes)
        world.roll(zone, PATIENCE)


def evict(world: Applied, zone: Zone, pod: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Asks the API server to let the pod go, as a drain does."""
    name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
    file = world.lab.state / "eviction.json"
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
    }
    file.write_text(json.dumps(body), encoding="utf-8")
    path = f"/api/v1/namespaces/{namespace}/pods/{name}/eviction"
    return world.lab.kubectl(zone, "create", f"--raw={path}", f"-f={file}", check=False)


def covered(world: Applied, zone: Zone, budget: dict[str, Any]) -> list[dict[str, Any]]:
    """The pods that the budget is about."""
    labels: dict[str, str] = budget["spec"]["selector"]["matchLabels"]
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    return world.get(zone, "pods", "-n", budget["metadata"]["namespace"], "-l", selector)


@pytest.mark.parametrize("zone", ZONES)
def test_one_pod_of_each_service_may_go_and_no_second(world: Applied, zone: Zone) -> None:
    """X6, X15: a drain gets through everywhere, and never takes a second replica or a quorum."""
    budgets = world.get(zone, "poddisruptionbudgets", "-A")
    seen: set[str] = set()
    with no_room(world, zone):
        for budget in budgets:
            name = f"{budget['metadata']['namespace']}/{budget['metadata']['name']}"
            first, *others = covered(world, zone, budget)
            gone = evict(world, zone, first)
            assert gone.returncode == 0, f"{name}: {gone.stderr}"
            if not others:
                assert name in ALONE, f"{name}: one replica, which nothing keeps"
                continue
            refused = evict(world, zone, others[0])
            assert refused.returncode, f"{name}: a second pod went"
            assert "would violate the pod's disruption budget" in refused.stderr, refused.stderr
            seen.add(budget["metadata"]["namespace"])
    assert {"estate-egress", "estate-ingress", "estate-logging", "estate-monitoring"} & seen
    assert len(budgets) > 10
