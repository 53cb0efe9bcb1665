"""MetalLB: whose addresses which nodes answer for, and what it cannot do (E9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.declarations.stack import Stack
from estate.reader.values import Zone
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.declare.load_balancers import MetalLB
from estate.topics.exposure.plan.model import AddressPoolPlan, MetalLBPlan


def plan_metallb(catalogue: Catalogue, zone: Zone) -> MetalLBPlan | None:
    """The address pools of a zone; None where no app is reached by MetalLB."""
    stack = catalogue.stack(zone)
    found: dict[tuple[str, str | None], list[TraditionalApp]] = defaultdict(list)
    for app in _exposed(catalogue, zone):
        pool = catalogue.pool_of(app) if app.vip.members == "pool" else None
        found[app.tenant, pool].append(app)
    if not isinstance(stack.load_balancer, MetalLB) or not found:
        return None
    everywhere = tuple(sorted({node.pool for node in stack.nodes}))
    pools = [
        AddressPoolPlan(
            name=f"{tenant}.{pool}" if pool else tenant,  # no other name has a dot in it
            tenant=tenant,
            namespaces=tuple(sorted({namespace_of(app) for app in apps})),
            addresses=tuple(sorted({app.vip.address for app in apps})),
            nodes_of=(pool,) if pool else everywhere,
        )
        for (tenant, pool), apps in found.items()
    ]
    return MetalLBPlan(
        zone=zone,
        balancer=stack.load_balancer,
        pools=tuple(sorted(pools, key=lambda address_pool: address_pool.name)),
    )


def _exposed(catalogue: Catalogue, zone: Zone) -> Iterator[TraditionalApp]:
    for declared in catalogue.apps:
        app = declared.value
        if isinstance(app, TraditionalApp) and app.zone == zone and app.state == "active":
            yield app


def balanced_by_metallb(stack: Stack) -> bool:
    """Whether the zone's apps are reached by MetalLB."""
    return isinstance(stack.load_balancer, MetalLB)
