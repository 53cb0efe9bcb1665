"""Checks of pools: sizes of nodes, and pods that find no room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.capacity.plan.loads import pool_pods
from estate.topics.capacity.plan.pods import distinct, unplaced
from estate.topics.nodes.plan.amounts import cores, gibibytes, spoken
from estate.topics.nodes.plan.model import Amount, PoolPlan
from estate.topics.nodes.plan.pods import Pod
from estate.topics.nodes.plan.pools import EVICTION_MEMORY, daemon_sets_amount


def check_pools(
    catalogue: Catalogue,
    pools: Mapping[Zone, tuple[PoolPlan, ...]],
    services: Mapping[tuple[Zone, str], Sequence[Pod]],
) -> list[Problem]:
    """A problem for each pool that cannot carry its pods when any one node is gone.

    ``services``: by zone and pool, the pods of the platform's own.
    """
    problems: list[Problem] = []
    carried = pool_pods(catalogue, services)
    for zone, planned in pools.items():
        stack = catalogue.stacks[zone]
        if sizes := _node_sizes(stack):
            problems += sizes  # a node without room carries nothing: no need to say it by pool
            continue
        places = {pool.name: index for index, pool in enumerate(stack.value.pools)}
        for pool in planned:
            path: KeyPath = ("pools", places[pool.name])
            # What load may add is held against the pool app by app, where the app declares it.
            if pods := carried.get((zone, pool.name)):
                problems += _survives(stack, path, pool, pods)
            elif pool.role and len(pool.nodes) < 2:
                problems.append(_too_small(stack, path, pool, f"the role '{pool.role}'"))
    return problems


def _node_sizes(stack: Declared[Stack]) -> list[Problem]:
    taken = daemon_sets_amount(stack.value)
    return [
        stack.problem(
            "reserves-too-large",
            ("node_sizes", name, "reserved"),
            f"a node of size '{name}' has nothing left for apps",
            f"less than {cores(max(0, size.cpu - taken.cpu))} and "
            f"{gibibytes(max(0, size.memory - EVICTION_MEMORY - taken.memory))}",
        )
        for name, size in sorted(stack.value.node_sizes.items())
        if size.reserved.cpu + taken.cpu >= size.cpu
        or size.reserved.memory + EVICTION_MEMORY + taken.memory >= size.memory
    ]


def _survives(
    stack: Declared[Stack], path: KeyPath, pool: PoolPlan, pods: list[Pod]
) -> Iterator[Problem]:
    names = ", ".join(sorted({pod.app for pod in pods}))
    if len(pool.nodes) < 2:
        yield _too_small(stack, path, pool, names)
        return
    for lost in distinct(pool.nodes, pods):
        left = [node for node in pool.nodes if node is not lost]
        stranded = unplaced(pods, left)
        if stranded is None:
            continue
        needed = sum((pod.needs for pod in pods), Amount())
        room = sum((node.room for node in left), Amount())
        yield stack.problem(
            "pool-does-not-survive",
            path,
            f"pool '{pool.name}': {len(pool.nodes)} nodes with {spoken(pool.room)} "
            f"for apps, {names} need {spoken(needed)}; "
            f"without node '{lost.name}' there are {spoken(room)}"
            + ("" if not needed.fits(room) else f", and no node has room for '{stranded.app}'"),
            "everything pinned to a pool fits when any one node is gone",
            _way_out(pods, pool),
        )
        return


def _too_small(stack: Declared[Stack], path: KeyPath, pool: PoolPlan, whose: str) -> Problem:
    count = len(pool.nodes)
    return stack.problem(
        "pool-too-small",
        path,
        f"pool '{pool.name}' of {whose} has {count} node{'s' if count != 1 else ''}",
        "at least 2 nodes, so that what runs there survives the loss of one",
        f"Add {2 - count} more under estate:nodes with pool: {pool.name}",
    )


def _way_out(pods: list[Pod], pool: PoolPlan) -> str:
    """How many nodes like the largest would be enough, whichever one is lost."""
    sizes = {pod.needs for pod in pods}
    able = [n for n in pool.nodes if all(needs.fits(n.room) for needs in sizes)]
    if not able:
        return "A replica is larger than a node: shrink it, or use larger nodes"
    staying = [pod for pod in pods if pod.node]
    if stuck := unplaced(staying, pool.nodes):  # no node that is added would take it
        return (
            f"Its disk keeps '{stuck.app}' on '{stuck.node}': make that node larger, or shrink it"
        )
    largest = max(able, key=lambda node: (node.room.cpu, node.room.memory))
    needed = sum((pod.needs for pod in pods), Amount())
    added = 0
    for lost in distinct(pool.nodes, pods):
        left = [node for node in pool.nodes if node is not lost]
        room = sum((node.room for node in left), Amount())
        added = max(added, _at_least(needed - room, largest.room))
        while unplaced(pods, [*left, *([largest] * added)]) is not None:
            added += 1
    return f"Add {added} node{'s' if added != 1 else ''} of size '{largest.size}', or shrink an app"


def _at_least(missing: Amount, node: Amount) -> int:
    pairs = ((missing.cpu, node.cpu), (missing.memory, node.memory), (missing.pods, node.pods))
    return max(-(-lacks // has) for lacks, has in pairs)
