"""Pools and nodes as tables."""

from __future__ import annotations

from collections.abc import Iterator

from estate.cli.listing.amounts import cores, gib
from estate.cli.listing.model import Listing, Row, Stack
from estate.topics.capacity.plan.loads import PoolLoad, pool_load, pool_pods
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import PoolPlan


def loads(stack: Stack) -> Iterator[PoolLoad]:
    """Every pool of a stack with what it carries, in the plan's order."""
    carried = pool_pods(stack.given.catalogue, stack.given.service_pods)
    for pool in stack.plan.of(NodesPlan).pools:
        yield pool_load(pool, carried.get((stack.plan.zone, pool.name), ()))


def whose(pool: PoolPlan) -> str:
    """Who runs pods on it."""
    if pool.app:
        return f"app {pool.app}"
    if pool.tenant:
        return f"tenant {pool.tenant}"
    return f"platform: {pool.role}" if pool.role else "all tenants"


def _pools(stack: Stack) -> Iterator[Row]:
    for load in loads(stack):
        pool, room, worst = load.pool, load.pool.room, load.worst
        yield {
            "pool": pool.name,
            "for": whose(pool),
            "nodes": len(pool.nodes),
            "pods": load.requested.pods,
            "cpu_requested": cores(load.requested),
            "cpu_room": cores(room),
            "memory_gib_requested": gib(load.requested.memory),
            "memory_gib_room": gib(room.memory),
            "percent_used": load.percent,
            "worst_loss": worst.node if worst else "",
            "percent_used_after_loss": worst.percent if worst else 0,
        }


def _nodes(stack: Stack) -> Iterator[Row]:
    for pool in stack.plan.of(NodesPlan).pools:
        for node in pool.nodes:
            yield {
                "node": node.name,
                "address": str(node.address),
                "rack": node.rack,
                "pool": pool.name,
                "size": node.size,
                "cpu": cores(node.capacity),
                "memory_gib": gib(node.capacity.memory),
                "cpu_room": cores(node.room),
                "memory_gib_room": gib(node.room.memory),
                "pods": node.room.pods,
            }


def _masters(stack: Stack) -> Iterator[Row]:
    for master in stack.plan.of(ControlPlanePlan).machines:
        yield {"master": master.name, "address": str(master.address), "rack": master.rack}


POOLS = Listing(
    name="pools",
    what="pools: what pods request, the room for them, and both after the worst loss of a node",
    columns=(
        *("pool", "for", "nodes", "pods", "cpu_requested", "cpu_room"),
        *("memory_gib_requested", "memory_gib_room", "percent_used", "worst_loss"),
        "percent_used_after_loss",
    ),
    rows=_pools,
)
NODES = Listing(
    name="nodes",
    what="nodes with their capacity and the room for apps",
    columns=(
        *("node", "address", "rack", "pool", "size", "cpu", "memory_gib", "cpu_room"),
        *("memory_gib_room", "pods"),
    ),
    rows=_nodes,
)
MASTERS = Listing(
    name="masters",
    what="masters that the estate plans",
    columns=("master", "address", "rack"),
    rows=_masters,
)
