"""How far replicas may follow the load: as far as the pool survives the loss of a node (D3, X4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.values import Zone
from estate.topics.apps.declare.common import ScalingApp
from estate.topics.apps.declare.kinds import App
from estate.topics.capacity.plan.pods import pods_of, survives
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.nodes.plan.pods import Pod

_MOST = 500


def ceiling(stack: Stack, app: App, pool: PoolPlan, others: Sequence[Pod] = ()) -> int:
    """The most replicas that fit beside ``others`` whichever one node is gone."""
    count = 0
    while count < _MOST and survives([*others, *pods_of(stack, app, count + 1)], pool):
        count += 1
    return count


def ceilings(
    catalogue: Catalogue, pools: Mapping[Zone, tuple[PoolPlan, ...]]
) -> dict[tuple[Zone, str], int]:
    """What their own pools carry of the apps that scale and declare no most."""
    found: dict[tuple[Zone, str], int] = {}
    for declared in catalogue.apps:
        app = declared.value
        if isinstance(app, ScalingApp) and app.scale and app.scale.max is None and app.pool:
            for pool in pools.get(app.zone, ()):
                if pool.name == app.pool:
                    found[(app.zone, app.app)] = ceiling(catalogue.stack(app.zone), app, pool)
    return found
