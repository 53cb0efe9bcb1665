"""Nodes go and come back; the real scheduler and taint manager decide where pods run then.

A ``NoExecute`` taint is how a node's loss ends for its pods: they are evicted and must find room
on the survivors.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.routers.plan import RoutersPlan
from tests.level3.applied import Applied

PATIENCE = 180  # seconds; a busy machine is slow, not broken
LOST = "estate.test/lost"


def placed(world: Applied, zone: Zone, app: AppPlan) -> list[str]:
    """The nodes of the app's pods that are Running and Ready and not about to go."""
    found = world.get(zone, "pods", "-n", app.namespace, "-l", f"estate/app={app.name}")
    return [pod["spec"]["nodeName"] for pod in found if _serves(pod)]


def router_nodes(world: Applied, zone: Zone, name: str) -> list[str]:
    """The nodes of a shard's routers that are Running and Ready and not about to go."""
    selector = f"app.kubernetes.io/name={name}"
    found = world.get(zone, "pods", "-n", "estate-ingress", "-l", selector)
    return [pod["spec"]["nodeName"] for pod in found if _serves(pod)]


def _serves(pod: dict[str, Any]) -> bool:
    ready = {one["type"]: one["status"] for one in pod["status"].get("conditions", [])}
    going = "deletionTimestamp" in pod["metadata"]
    return not going and pod["status"]["phase"] == "Running" and ready.get("Ready") == "True"


def expected(app: AppPlan, lost: set[str]) -> int:
    """How many pods serve without the lost nodes: all, but for those that stay with their disk."""
    if app.schedule or not app.running:
        return 0
    if app.stateful and app.stateful.stays:
        gone = {
            disk.replica
            for volume in app.stateful.volumes
            for disk in volume.disks
            if disk.node in lost
        }
        return app.replicas - len(gone)
    return app.replicas


def wait_until_all_serve(world: Applied, zone: Zone, plan: Plan, lost: set[str]) -> None:
    """Until every replica of every app serves from a node of its pool that is not lost."""
    nodes = {
        pool.name: {node.name for node in pool.nodes} - lost for pool in plan.of(NodesPlan).pools
    }
    end = time.monotonic() + PATIENCE
    short: dict[str, list[str]] = {}
    while time.monotonic() < end:
        found = {app.name: placed(world, zone, app) for app in plan.of(AppsPlan).apps}
        short = {
            app.name: found[app.name]
            for app in plan.of(AppsPlan).apps
            if len(found[app.name]) != expected(app, lost)
            or not set(found[app.name]) <= nodes[app.pool]
        }
        for router in plan.of(RoutersPlan).routers:
            serving = router_nodes(world, zone, router.name)
            usable = nodes[router.placement.pool]
            if len(serving) != router.replicas or not set(serving) <= usable:
                short[router.name] = serving
        if not short:
            return
        time.sleep(1)
    raise AssertionError(f"without {sorted(lost)} these do not serve as declared: {short}")


def roll(world: Applied, zone: Zone, plan: Plan) -> None:
    """Pods do not move back by themselves; new ones stand apart again, a node each."""
    world.roll(zone, PATIENCE)
    wait_until_all_serve(world, zone, plan, set())
    for app in (app for app in plan.of(AppsPlan).apps if app.running and not app.schedule):
        assert len(set(placed(world, zone, app))) == app.replicas, app.name


@contextmanager
def one_node_of_every_pool_lost(world: Applied, zone: Zone, plan: Plan) -> Generator[set[str]]:
    """The first node of each pool evicts its pods, until the block ends."""
    lost = {pool.nodes[0].name for pool in plan.of(NodesPlan).pools}
    world.lab.kubectl(zone, "taint", "node", *sorted(lost), f"{LOST}=yes:NoExecute")
    try:
        yield lost
    finally:
        world.lab.kubectl(zone, "taint", "node", *sorted(lost), f"{LOST}-")


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_declared_runs_on_when_every_pool_loses_a_node(world: Applied, zone: Zone) -> None:
    """A4, C5, X4, X15: the n-1 rule, confirmed by the scheduler; lost nodes are used again.

    What has its disk on a lost node waits for it, and the others of it are a quorum.
    """
    plan = world.estate.plans()[zone]
    with one_node_of_every_pool_lost(world, zone, plan) as lost:
        wait_until_all_serve(world, zone, plan, lost)
    roll(world, zone, plan)


def test_a_rolling_update_of_two_replicas_on_two_nodes_goes_through_with_one_node_lost(
    world: Applied,
) -> None:
    """X5, D8: neither the spread nor the disruption budget blocks it, even then."""
    plan = world.estate.plans()["dmz"]
    (app,) = [app for app in plan.of(AppsPlan).apps if app.name == "policy-portal"]
    (pool,) = [pool for pool in plan.of(NodesPlan).pools if pool.name == app.pool]
    assert (app.replicas, len(pool.nodes)) == (2, 2)
    name, namespace = f"deploy/{app.name}", ("-n", app.namespace)
    with one_node_of_every_pool_lost(world, "dmz", plan) as lost:
        wait_until_all_serve(world, "dmz", plan, lost)
        world.lab.kubectl("dmz", "rollout", "restart", name, *namespace)
        status = ("rollout", "status", name, *namespace, f"--timeout={PATIENCE}s")
        world.lab.kubectl("dmz", *status)
    roll(world, "dmz", plan)
    assert set(placed(world, "dmz", app)) == {node.name for node in pool.nodes}


def test_a_drain_honours_the_disruption_budget_and_gets_through(world: Applied) -> None:
    """X6, D8: one replica at a time may go, so a node can be emptied for its maintenance."""
    plan = world.estate.plans()["dmz"]
    (app,) = [app for app in plan.of(AppsPlan).apps if app.name == "policy-portal"]
    node = placed(world, "dmz", app)[0]
    drain = ("drain", node, "--ignore-daemonsets", "--delete-emptydir-data")
    try:
        world.lab.kubectl("dmz", *drain, f"--timeout={PATIENCE}s")
        wait_until_all_serve(world, "dmz", plan, {node})
    finally:
        world.lab.kubectl("dmz", "uncordon", node)
    roll(world, "dmz", plan)
