"""Node pools: what each has for pods, and whether it survives the loss of a node (D4, X4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from estate.declare import Declared, Problem
from estate.declare.models import App, Node, NodeSize
from estate.declare.models.values import Zone
from estate.plan.amounts import cores, gibibytes, spoken
from estate.plan.catalogue import Catalogue
from estate.plan.model import Amount, NodePlan, PoolPlan, Taint

POOL_LABEL = "node-restriction.kubernetes.io/pool"
"""A kubelet cannot give itself labels with this prefix (C6)."""

EVICTION_MEMORY = 100 * 2**20
"""``evictionHard: memory.available`` of every kubelet; comes off allocatable (I5)."""


def plan_pools(catalogue: Catalogue, zone: Zone) -> tuple[PoolPlan, ...]:
    """The zone's pools with their nodes, by name."""
    stack = catalogue.stack(zone)
    return tuple(
        PoolPlan(
            name=pool.name,
            zone=zone,
            tenant=pool.tenant,
            app=pool.app,
            nodes=tuple(
                _node(node, stack.node_sizes[node.size])
                for node in catalogue.nodes_of(zone, pool.name)
            ),
            taints=(
                (Taint(key="dedicated", value=pool.name, effect="NoSchedule"),)
                if pool.tenant
                else ()
            ),
        )
        for pool in sorted(stack.pools, key=lambda pool: pool.name)
    )


def _node(node: Node, size: NodeSize) -> NodePlan:
    capacity = Amount(cpu=size.cpu, memory=size.memory, pods=size.pods)
    reserved = Amount(cpu=size.reserved.cpu, memory=size.reserved.memory)
    return NodePlan(
        name=node.name,
        address=node.address,
        rack=node.rack,
        size=node.size,
        capacity=capacity,
        reserved=reserved,
        allocatable=capacity - reserved - Amount(memory=EVICTION_MEMORY),
    )


@dataclass(frozen=True)
class _Pod:
    app: str
    needs: Amount


def check_pools(catalogue: Catalogue, pools: Mapping[Zone, tuple[PoolPlan, ...]]) -> list[Problem]:
    """A problem for each pool that cannot carry its apps when any one node is gone."""
    problems: list[Problem] = []
    users: dict[tuple[Zone, str], list[Declared[App]]] = {}
    for app in catalogue.apps:
        if app.value.state == "active":
            key = (app.value.zone, catalogue.pool_of(app.value))
            users.setdefault(key, []).append(app)
    for zone, planned in pools.items():
        problems += _node_sizes(catalogue, zone)
        for pool in planned:
            problems += _survives(catalogue, pool, users.get((zone, pool.name), []))
    return problems


def _node_sizes(catalogue: Catalogue, zone: Zone) -> list[Problem]:
    stack = catalogue.stacks[zone]
    return [
        stack.problem(
            "reserves-too-large",
            ("node_sizes", name, "reserved"),
            f"a node of size '{name}' has nothing left for pods",
            f"less than {cores(size.cpu)} and {gibibytes(size.memory - EVICTION_MEMORY)}",
        )
        for name, size in sorted(stack.value.node_sizes.items())
        if size.reserved.cpu >= size.cpu or size.reserved.memory + EVICTION_MEMORY >= size.memory
    ]


def _survives(catalogue: Catalogue, pool: PoolPlan, apps: list[Declared[App]]) -> Iterable[Problem]:
    if not apps:
        return
    stack = catalogue.stacks[pool.zone]
    index = [declared.name for declared in stack.value.pools].index(pool.name)
    names = ", ".join(sorted(app.value.app for app in apps))
    if len(pool.nodes) < 2:
        count = len(pool.nodes)
        yield stack.problem(
            "pool-too-small",
            ("pools", index),
            f"pool '{pool.name}' of {names} has {count} node{'s' if count != 1 else ''}",
            "at least 2 nodes, so that the apps survive the loss of one (D4)",
            f"Add {2 - count} more under estate:nodes with pool: {pool.name}",
        )
        return
    pods = [
        _Pod(app.value.app, Amount(cpu=app.value.size.cpu, memory=app.value.size.memory, pods=1))
        for app in apps
        for _ in range(app.value.replicas)
    ]
    for lost in _distinct(pool.nodes):
        left = [node for node in pool.nodes if node is not lost]
        stranded = unplaced(pods, left)
        if stranded is None:
            continue
        needed = sum((pod.needs for pod in pods), Amount())
        room = sum((node.allocatable for node in left), Amount())
        yield stack.problem(
            "pool-does-not-survive",
            ("pools", index),
            f"pool '{pool.name}': {len(pool.nodes)} nodes with {spoken(pool.allocatable)} "
            f"for pods, {names} need {spoken(needed)}; "
            f"without node '{lost.name}' there are {spoken(room)}"
            + ("" if not needed.fits(room) else f", and no node has room for '{stranded.app}'"),
            "everything pinned to a pool fits when any one node is gone (X4)",
            _way_out(pods, pool),
        )
        return


def _distinct(nodes: tuple[NodePlan, ...]) -> list[NodePlan]:
    """One node of each size: losing its like leaves the same room."""
    return list({node.allocatable: node for node in reversed(nodes)}.values())


def _way_out(pods: list[_Pod], pool: PoolPlan) -> str:
    largest = max(pool.nodes, key=lambda node: (node.allocatable.cpu, node.allocatable.memory))
    if not all(pod.needs.fits(largest.allocatable) for pod in pods):
        return "A replica is larger than a node: shrink it, or use larger nodes"
    added = 0
    nodes = list(pool.nodes)
    smallest_lost = [node for node in nodes if node is not largest]
    while unplaced(pods, [*smallest_lost, *([largest] * added)]) is not None:
        added += 1
    return f"Add {added} node{'s' if added != 1 else ''} of size '{largest.size}', or shrink an app"


def unplaced(pods: Iterable[_Pod], nodes: Iterable[NodePlan]) -> _Pod | None:
    """The first pod that first-fit-decreasing leaves without a node; None when all have one."""
    room = [node.allocatable for node in nodes]
    start: dict[Amount, int] = {}
    for pod in sorted(pods, key=lambda pod: (-pod.needs.cpu, -pod.needs.memory)):
        # Nodes that had no room for such a pod have none for the next one of the same size.
        for index in range(start.get(pod.needs, 0), len(room)):
            if pod.needs.fits(room[index]):
                room[index] = room[index] - pod.needs
                start[pod.needs] = index
                break
        else:
            return pod
    return None
