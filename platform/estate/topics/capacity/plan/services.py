"""Services of the platform's own: what their pods take of a pool (X4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from estate.declarations.catalogue import Catalogue
from estate.reader.values import Zone
from estate.topics.nodes.declare import Role
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.nodes.plan.pods import Pod

Service = tuple[Role, Callable[[Catalogue, Zone], Iterable[Pod]]]
"""The role of the pool that a service runs on, and its pods in a zone."""


def service_pods(
    services: Iterable[Service],
    catalogue: Catalogue,
    pools: Mapping[Zone, Sequence[PoolPlan]],
) -> dict[tuple[Zone, str], list[Pod]]:
    """By zone and pool: the pods that the platform's services run there."""
    found: dict[tuple[Zone, str], list[Pod]] = {}
    services = tuple(services)
    for zone, planned in pools.items():
        of_role = {pool.role: pool.name for pool in reversed(planned) if pool.role}
        for role, pods in services:
            if role in of_role:
                found.setdefault((zone, of_role[role]), []).extend(pods(catalogue, zone))
    return found
