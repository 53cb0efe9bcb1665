"""Which pods a pool has to carry, and whether it survives the loss of a node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from estate.declarations.stack import Stack
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.apps.plan.peak import peak
from estate.topics.nodes.plan.model import Amount, NodePlan, PoolPlan
from estate.topics.nodes.plan.pods import Pod


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
    anti_affinity = app.preset == "zookeeper"
    return [Pod(app.app, needs, homes.get(one), anti_affinity) for one in range(1, count + 1)]


def survives(pods: Sequence[Pod], pool: PoolPlan) -> bool:
    """Whether all pods have a place whichever one node is gone (X4)."""
    return len(pool.nodes) > 1 and all(
        unplaced(pods, [node for node in pool.nodes if node is not lost]) is None
        for lost in distinct(pool.nodes, pods)
    )


def distinct(nodes: tuple[NodePlan, ...], pods: Sequence[Pod]) -> list[NodePlan]:
    """One node of each size, where losing its like leaves the same room; else all of them."""
    if any(pod.node for pod in pods):
        return list(nodes)
    return list({node.room: node for node in reversed(nodes)}.values())


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
        if pod.anti_affinity and placed.get(pod.app, 0) == len(room):
            continue
        # Nodes that had no room for such a pod have none for the next one of the same size.
        like = pod.app if pod.anti_affinity else pod.needs
        for index in range(start.get(like, 0), len(room)):
            if pod.needs.fits(room[index]):
                room[index] = room[index] - pod.needs
                start[like] = index + pod.anti_affinity
                placed[pod.app] = placed.get(pod.app, 0) + 1
                break
        else:
            return pod
    return None
