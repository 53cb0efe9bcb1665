"""Node pools: what each has for pods, and whether it survives the loss of a node (D4, X4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from estate.declare import Declared, Problem
from estate.declare.models import App, Node, NodeSize, Pool, Stack, StatefulApp
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.amounts import cores, gibibytes, spoken
from estate.plan.catalogue import Catalogue
from estate.plan.daemon_sets import daemon_sets
from estate.plan.model.pools import Amount, NodePlan, PoolPlan, Taint
from estate.plan.peak import peak

POOL_LABEL = "node-restriction.kubernetes.io/pool"
"""A kubelet cannot give itself labels with this prefix (C6)."""

EGRESS_ASSIGNABLE = "k8s.ovn.org/egress-assignable"
"""OVN-Kubernetes puts egress addresses on nodes with this label only (F3)."""

EVICTION_MEMORY = 100 * 2**20
"""``evictionHard: memory.available`` of every kubelet; comes off allocatable (I5)."""


def plan_pools(catalogue: Catalogue, zone: Zone) -> tuple[PoolPlan, ...]:
    """The zone's pools with their nodes, by name."""
    stack = catalogue.stack(zone)
    taken = _daemon_sets(stack)
    return tuple(
        PoolPlan(
            name=pool.name,
            zone=zone,
            tenant=pool.tenant,
            app=pool.app,
            role=pool.role,
            labels=_labels(stack, pool),
            keepalived=pool.keepalived,
            nodes=tuple(
                _node(node, stack.node_sizes[node.size], taken)
                for node in catalogue.nodes_of(zone, pool.name)
            ),
            taints=(
                (Taint(key="dedicated", value=pool.name, effect="NoSchedule"),)
                if pool.tenant or pool.role
                else ()
            ),
        )
        for pool in sorted(stack.pools, key=lambda pool: pool.name)
    )


def _labels(stack: Stack, pool: Pool) -> tuple[tuple[str, str], ...]:
    takes_addresses = stack.network.pod_egress_identity == "egress" and pool.role == "egress"
    return ((EGRESS_ASSIGNABLE, ""),) if takes_addresses else ()


def room_of(catalogue: Catalogue, zone: Zone, pool: str) -> Amount | None:
    """What apps can have of a pool's nodes; None where it has none, or a size is not known."""
    stack = catalogue.stack(zone)
    nodes = catalogue.nodes_of(zone, pool)
    if not nodes or any(node.size not in stack.node_sizes for node in nodes):
        return None
    taken = _daemon_sets(stack)
    planned = (_node(node, stack.node_sizes[node.size], taken) for node in nodes)
    return sum((node.room for node in planned), Amount())


def _daemon_sets(stack: Stack) -> Amount:
    """What all daemon sets together take on a node, one pod each."""
    return sum(daemon_sets(stack).values(), Amount())


def _node(node: Node, size: NodeSize, taken: Amount) -> NodePlan:
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
        daemon_sets=taken,
    )


@dataclass(frozen=True)
class Pod:
    """A pod that has to stand somewhere."""

    app: str
    needs: Amount
    node: str | None = None
    """Where its disk is: it runs there or, once that node is gone, not at all (X15)."""
    apart: bool = False
    """Never on one node with another of its app."""


def check_pools(
    catalogue: Catalogue,
    pools: Mapping[Zone, tuple[PoolPlan, ...]],
    services: Mapping[tuple[Zone, str], Sequence[Pod]],
) -> list[Problem]:
    """A problem for each pool that cannot carry its pods when any one node is gone.

    ``services``: by zone and pool, the pods of the platform's own.
    """
    problems: list[Problem] = []
    users: dict[tuple[Zone, str], list[Declared[App]]] = {}
    for app in catalogue.apps:
        if app.value.state == "active":
            key = (app.value.zone, catalogue.pool_of(app.value))
            users.setdefault(key, []).append(app)
    for zone, planned in pools.items():
        stack = catalogue.stacks[zone]
        if sizes := _node_sizes(stack):
            problems += sizes  # a node without room carries nothing: no need to say it by pool
            continue
        places = {pool.name: index for index, pool in enumerate(stack.value.pools)}
        for pool in planned:
            path: KeyPath = ("pools", places[pool.name])
            # What load may add is held against the pool app by app, where the app declares it.
            pods = [
                pod
                for app in users.get((zone, pool.name), ())
                for pod in pods_of(stack.value, app.value, peak(app.value).least)
            ]
            pods += services.get((zone, pool.name), ())
            if pods:
                problems += _survives(stack, path, pool, pods)
            elif pool.role and len(pool.nodes) < 2:
                problems.append(_too_small(stack, path, pool, f"the role '{pool.role}'"))
    return problems


def _node_sizes(stack: Declared[Stack]) -> list[Problem]:
    taken = _daemon_sets(stack.value)
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
    for lost in _distinct(pool.nodes, pods):
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


def pods_of(stack: Stack, app: App, count: int) -> list[Pod]:
    """That many pods of an app."""
    needs = peak(app).pod
    if not isinstance(app, StatefulApp):
        return [Pod(app.app, needs)] * count
    homes = {
        disk.replica: disk.node
        for backend in stack.storage.local
        for disk in backend.disks
        if disk.app == app.app
    }
    apart = app.preset == "zookeeper"
    return [Pod(app.app, needs, homes.get(one), apart) for one in range(1, count + 1)]


def survives(pods: Sequence[Pod], pool: PoolPlan) -> bool:
    """Whether all pods have a place whichever one node is gone (X4)."""
    return len(pool.nodes) > 1 and all(
        unplaced(pods, [node for node in pool.nodes if node is not lost]) is None
        for lost in _distinct(pool.nodes, pods)
    )


def _distinct(nodes: tuple[NodePlan, ...], pods: Sequence[Pod]) -> list[NodePlan]:
    """One node of each size, where losing its like leaves the same room; else all of them."""
    if any(pod.node for pod in pods):
        return list(nodes)
    return list({node.room: node for node in reversed(nodes)}.values())


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
    for lost in _distinct(pool.nodes, pods):
        left = [node for node in pool.nodes if node is not lost]
        room = sum((node.room for node in left), Amount())
        added = max(added, _at_least(needed - room, largest.room))
        while unplaced(pods, [*left, *([largest] * added)]) is not None:
            added += 1
    return f"Add {added} node{'s' if added != 1 else ''} of size '{largest.size}', or shrink an app"


def _at_least(missing: Amount, node: Amount) -> int:
    pairs = ((missing.cpu, node.cpu), (missing.memory, node.memory), (missing.pods, node.pods))
    return max(-(-lacks // has) for lacks, has in pairs)


def unplaced(pods: Iterable[Pod], nodes: Iterable[NodePlan]) -> Pod | None:
    """The first pod that first-fit-decreasing leaves without a node; None when all have one.

    Pods whose disks are in a node that is gone need no place, and neither do those that may not
    share a node beyond one for each node: what they keep survives on the others.
    """
    nodes = list(nodes)
    room = [node.room for node in nodes]
    at = {node.name: index for index, node in reversed(list(enumerate(nodes)))}
    moving: list[Pod] = []
    for pod in pods:
        if pod.node is None:
            moving.append(pod)
        elif pod.node in at:
            if not pod.needs.fits(room[at[pod.node]]):
                return pod
            room[at[pod.node]] = room[at[pod.node]] - pod.needs
    start: dict[Amount | str, int] = {}
    placed: dict[str, int] = {}
    for pod in sorted(moving, key=lambda pod: (-pod.needs.cpu, -pod.needs.memory)):
        if pod.apart and placed.get(pod.app, 0) == len(room):
            continue
        # Nodes that had no room for such a pod have none for the next one of the same size.
        like = pod.app if pod.apart else pod.needs
        for index in range(start.get(like, 0), len(room)):
            if pod.needs.fits(room[index]):
                room[index] = room[index] - pod.needs
                start[like] = index + pod.apart
                placed[pod.app] = placed.get(pod.app, 0) + 1
                break
        else:
            return pod
    return None
