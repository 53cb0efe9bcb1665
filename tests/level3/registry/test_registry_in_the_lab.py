"""The registry inside the cluster, on real API servers (G4, G5)."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.plan import RegistryPlan
from tests.level3.applied import Applied

NAMESPACE = "estate-registry"
BOTH = SERVING, INTAKE = "registry", "registry-intake"
PATIENCE = 180  # seconds; a busy machine is slow, not broken
LOST = "estate.test/registry-lost"


def pods(world: Applied, zone: Zone, name: str) -> list[dict[str, Any]]:
    """Those of one kind that serve, and are not about to go."""
    found = world.get(zone, "pods", "-n", NAMESPACE, "-l", f"app.kubernetes.io/name={name}")
    return [
        one
        for one in found
        if one["status"]["phase"] == "Running" and "deletionTimestamp" not in one["metadata"]
    ]


def own_nodes(plan: Plan) -> set[str]:
    """The nodes of the pool that it runs on."""
    (pool,) = (one for one in plan.of(NodesPlan).pools if one.role == "infra")
    return {node.name for node in pool.nodes}


def until_two_of_each_serve(world: Applied, zone: Zone, nodes: set[str]) -> None:
    """Wait for them, on these nodes."""
    end = time.monotonic() + PATIENCE
    while True:
        found = {name: pods(world, zone, name) for name in (SERVING, INTAKE)}
        homes = {one["spec"]["nodeName"] for all_of in found.values() for one in all_of}
        if all(len(one) == 2 for one in found.values()) and homes <= nodes:
            return
        assert time.monotonic() < end, f"on {sorted(homes)}, not on {sorted(nodes)}"
        time.sleep(1)


def spread_again(world: Applied, zone: Zone, plan: Plan) -> None:
    """Pods do not move back by themselves; new ones stand apart again."""
    for name in (SERVING, INTAKE):
        for verb in (("restart",), ("status", f"--timeout={PATIENCE}s")):
            what = f"deployment/{name}"
            world.lab.kubectl(zone, "rollout", verb[0], what, "-n", NAMESPACE, *verb[1:])
    until_two_of_each_serve(world, zone, own_nodes(plan))


@pytest.mark.parametrize("zone", ZONES)
def test_it_runs_on_its_pool_and_each_kind_on_different_nodes(world: Applied, zone: Zone) -> None:
    """G4, D8: two that serve and two that take in; the loss of a node takes one of each."""
    plan = world.estate.plans()[zone]
    nodes = own_nodes(plan)
    if any({one["spec"]["nodeName"] for one in pods(world, zone, name)} != nodes for name in BOTH):
        spread_again(world, zone, plan)  # other tests took nodes away
    for name in BOTH:
        found = pods(world, zone, name)
        assert len(found) == 2
        assert {pod["spec"]["nodeName"] for pod in found} == nodes


@pytest.mark.parametrize("zone", ZONES)
def test_it_has_the_address_that_nodes_are_told_and_no_other_way_in(
    world: Applied, zone: Zone
) -> None:
    """G4: a fixed cluster address; no node port, no load balancer, no Ingress."""
    plan = world.estate.plans()[zone]
    internal = plan.of(RegistryPlan).internal
    assert internal
    services = {
        one["metadata"]["name"]: one["spec"] for one in world.get(zone, "services", "-n", NAMESPACE)
    }
    assert services[SERVING]["clusterIP"] == str(internal.address)
    assert services[INTAKE]["sessionAffinity"] == "ClientIP"
    assert {service["type"] for service in services.values()} == {"ClusterIP"}
    assert not any("externalIPs" in service for service in services.values())
    assert world.get(zone, "ingresses", "-n", NAMESPACE) == []


@pytest.mark.parametrize("zone", ZONES)
def test_both_kinds_share_one_bound_claim(world: Applied, zone: Zone) -> None:
    """G4, M1: a directory on the filer, known before it is applied."""
    (claim,) = world.get(zone, "pvc", "-n", NAMESPACE)
    assert claim["status"]["phase"] == "Bound"
    assert claim["status"]["accessModes"] == ["ReadWriteMany"]
    for name in (SERVING, INTAKE):
        for pod in pods(world, zone, name):
            (mounted,) = (
                volume["persistentVolumeClaim"]["claimName"]
                for volume in pod["spec"]["volumes"]
                if "persistentVolumeClaim" in volume
            )
            assert mounted == claim["metadata"]["name"]


def evict(
    world: Applied, zone: Zone, pod: dict[str, Any], folder: Path
) -> subprocess.CompletedProcess[str]:
    """As a drain asks for it: the disruption budget decides."""
    name = pod["metadata"]["name"]
    metadata = {"name": name, "namespace": NAMESPACE}
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    file = folder / f"{name}.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/{name}/eviction"
    return world.lab.kubectl(zone, "create", "--raw", path, "-f", str(file), check=False)


@contextmanager
def cordoned(world: Applied, zone: Zone, nodes: set[str]) -> Generator[None]:
    """Nothing new starts on these nodes, until the block ends."""
    world.lab.kubectl(zone, "cordon", *sorted(nodes))
    try:
        yield
    finally:
        world.lab.kubectl(zone, "uncordon", *sorted(nodes))


@pytest.mark.parametrize("name", [SERVING, INTAKE])
def test_one_may_be_evicted_and_the_other_not_before_it_is_back(
    world: Applied, name: str, tmp_path: Path
) -> None:
    """X6, D8: the disruption budget, asked by the eviction API: 201, then 429."""
    plan = world.estate.plans()["dmz"]
    first, second = pods(world, "dmz", name)
    with cordoned(world, "dmz", own_nodes(plan)):  # so that its successor waits
        assert evict(world, "dmz", first, tmp_path).returncode == 0
        refused = evict(world, "dmz", second, tmp_path)
        assert refused.returncode != 0
        assert "TooManyRequests" in refused.stderr
        assert "disruption budget" in refused.stderr
        assert [pod["metadata"]["name"] for pod in pods(world, "dmz", name)] == [
            second["metadata"]["name"]
        ]
    until_two_of_each_serve(world, "dmz", own_nodes(plan))
    again = pods(world, "dmz", name)[0]
    end = time.monotonic() + PATIENCE
    while evict(world, "dmz", again, tmp_path).returncode:  # its budget is counted anew
        assert time.monotonic() < end
        time.sleep(1)
    spread_again(world, "dmz", plan)


@pytest.mark.parametrize("zone", ZONES)
def test_without_one_of_its_nodes_all_of_it_runs_on_the_other(world: Applied, zone: Zone) -> None:
    """X4, A4, G4: the survivor carries those that serve and those that take in."""
    plan = world.estate.plans()[zone]
    lost, *survivors = sorted(own_nodes(plan))
    world.lab.kubectl(zone, "taint", "node", lost, f"{LOST}=yes:NoExecute")
    try:
        until_two_of_each_serve(world, zone, set(survivors))
    finally:
        world.lab.kubectl(zone, "taint", "node", lost, f"{LOST}-")
    spread_again(world, zone, plan)
