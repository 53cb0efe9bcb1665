"""What a pool carries, and what it has left when any one node is gone (X4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from estate.declarations.catalogue import Catalogue
from estate.reader.values import Zone
from estate.topics.apps.plan.peak import peak
from estate.topics.capacity.plan.pods import distinct, pods_of
from estate.topics.nodes.plan.model import Amount, NodePlan, PoolPlan
from estate.topics.nodes.plan.pods import Pod


def pool_pods(
    catalogue: Catalogue, services: Mapping[tuple[Zone, str], Sequence[Pod]]
) -> dict[tuple[Zone, str], list[Pod]]:
    """By zone and pool: the pods that run there at any load, those of platform services too."""
    found: dict[tuple[Zone, str], list[Pod]] = {}
    for declared in catalogue.apps:
        app = declared.value
        if app.state == "active":
            pods = pods_of(catalogue.stack(app.zone), app, peak(app).least)
            found.setdefault((app.zone, catalogue.pool_of(app)), []).extend(pods)
    for place, of_services in services.items():
        found.setdefault(place, []).extend(of_services)
    return found


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A pool without one of its nodes."""

    node: str
    needs: Amount
    """What still has to have a place: pods whose disks are in the lost node do not."""
    room: Amount
    """What the other nodes have."""

    @property
    def percent(self) -> int:
        """How much of the room is needed."""
        return percent(self.needs, self.room)


@dataclass(frozen=True, kw_only=True)
class PoolLoad:
    """A pool with its pods, held against all of its nodes, and against them without one."""

    pool: PoolPlan
    requested: Amount
    """What all pods request, at any load."""
    worst: Loss | None
    """The loss that leaves the least; None where the pool has no node."""

    @property
    def percent(self) -> int:
        """How much of the room of all nodes is requested."""
        return percent(self.requested, self.pool.room)


def pool_load(pool: PoolPlan, pods: Sequence[Pod]) -> PoolLoad:
    """The load of one pool."""
    losses = [_loss(pool, pods, node) for node in distinct(pool.nodes, pods)]
    return PoolLoad(
        pool=pool,
        requested=sum((pod.needs for pod in pods), Amount()),
        worst=max(losses, key=lambda loss: loss.percent, default=None),
    )


def percent(needs: Amount, room: Amount) -> int:
    """Of CPU, memory or pods, whichever is used most; rounded up."""
    pairs = ((needs.cpu, room.cpu), (needs.memory, room.memory), (needs.pods, room.pods))
    return max((-(-100 * wanted // has) for wanted, has in pairs if has > 0), default=0)


def _loss(pool: PoolPlan, pods: Sequence[Pod], lost: NodePlan) -> Loss:
    left = [node for node in pool.nodes if node is not lost]
    placed: Counter[str] = Counter()
    needs = Amount()
    for pod in pods:
        placed[pod.app] += 1
        alone = pod.anti_affinity and placed[pod.app] > len(left)
        if pod.node != lost.name and not alone:
            needs += pod.needs
    return Loss(node=lost.name, needs=needs, room=sum((node.room for node in left), Amount()))
