"""What is emitted is counted again: pods from the manifests, nodes from the kubelets' files (X4).

The plan's own arithmetic is not asked: whoever adds a workload to any room is held to the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.objects.quantity import quantity
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import Amount
from tests.estates import shipped

pytestmark = pytest.mark.level0

POOL = "node-restriction.kubernetes.io/pool"


@dataclass(frozen=True)
class Running:
    """Pods that are alike."""

    name: str
    pool: str
    pod: Amount
    count: int
    apart: bool
    """Each has a node of its own, or its disk on one: who finds none waits for the lost one."""


@pytest.fixture(params=ZONES)
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> Plan:
    zone: Zone = request.param
    return shipped(tmp_path).plans()[zone]


def templates(plan: Plan, *kinds: str) -> Iterator[tuple[str, Any, Any]]:
    """Name, ``spec`` and the pod's ``spec`` of each object of these kinds."""
    for manifest in compose(plan).manifests:
        if manifest.kind in kinds:
            spec: Any = manifest.body["spec"]
            inner = spec["jobTemplate"]["spec"] if manifest.kind == "CronJob" else spec
            yield manifest.physical_name, spec, inner["template"]["spec"]


def requested(pod: Any) -> Amount:
    """As the scheduler counts: the sum of the containers, or an init container that is larger."""
    before = pod.get("initContainers", [])
    beside = [one for one in before if one.get("restartPolicy") == "Always"]
    boxes = [one["resources"]["requests"] for one in (*pod["containers"], *beside)]
    first = [one["resources"]["requests"] for one in before if one not in beside]

    def of(resource: str) -> int:
        unit = 1000 if resource == "cpu" else 1
        amounts = [int(quantity(box[resource]) * unit) for box in boxes]
        return max([sum(amounts), *(int(quantity(box[resource]) * unit) for box in first)])

    return Amount(cpu=of("cpu"), memory=of("memory"), pods=1)


def specs(plan: Plan, kind: str) -> list[Any]:
    """The ``spec`` of each object of a kind."""
    return [manifest.body["spec"] for manifest in compose(plan).manifests if manifest.kind == kind]


def running(plan: Plan) -> Iterator[Running]:
    scalers = specs(plan, "HorizontalPodAutoscaler")
    least: dict[str, int] = {
        scaler["scaleTargetRef"]["name"]: scaler["minReplicas"] for scaler in scalers
    }
    disks = [one for one in specs(plan, "PersistentVolume") if "local" in one]
    staying = {disk["claimRef"]["name"].rpartition("-")[0] for disk in disks}
    for name, spec, pod in templates(plan, "Deployment", "StatefulSet", "CronJob"):
        claims = {
            f"{claim['metadata']['name']}-{name}" for claim in spec.get("volumeClaimTemplates", ())
        }
        rules = pod.get("affinity", {}).get("podAntiAffinity", {})
        hard = rules.get("requiredDuringSchedulingIgnoredDuringExecution", ())
        yield Running(
            name,
            pod["nodeSelector"][POOL],
            requested(pod),
            spec.get("replicas") or least.get(name, 1),
            bool(claims & staying)
            or any(one["topologyKey"] == "kubernetes.io/hostname" for one in hard),
        )


def without_a_place(pods: list[Running], rooms: list[Amount]) -> str | None:
    """The first that finds no node, the largest first."""
    left = list(rooms)
    for pod in sorted(pods, key=lambda one: (-one.pod.cpu, -one.pod.memory)):
        free = list(range(len(left)))
        for _ in range(pod.count):
            place = next((at for at in free if pod.pod.fits(left[at])), None)
            if place is None:
                if pod.apart and not free:
                    break
                return pod.name
            left[place] = left[place] - pod.pod
            if pod.apart:
                free.remove(place)
    return None


def test_daemon_sets_take_no_more_of_a_node_than_was_set_aside(plan: Plan) -> None:
    """X4: what runs on every node comes off what is left for the others."""
    found = [requested(pod) for _, _, pod in templates(plan, "DaemonSet")]
    taken = sum(found, Amount())
    for pool in plan.of(NodesPlan).pools:
        assert all(taken.fits(node.daemon_sets) for node in pool.nodes), pool.name


def test_whatever_is_emitted_fits_its_pool_when_any_one_node_is_gone(plan: Plan) -> None:
    """X4, D4, D7: apps and the platform's own services alike; and nothing runs outside a pool."""
    pools = {pool.name: pool for pool in plan.of(NodesPlan).pools}
    users: dict[str, list[Running]] = {}
    for one in running(plan):
        users.setdefault(one.pool, []).append(one)
    assert users.keys() <= pools.keys()
    for name, pods in users.items():
        nodes = pools[name].nodes
        assert len(nodes) > 1, name
        for lost in nodes:
            rooms = [node.room for node in nodes if node is not lost]
            stranded = without_a_place(pods, rooms)
            assert stranded is None, f"{stranded} without {lost.name} of pool {name}"
