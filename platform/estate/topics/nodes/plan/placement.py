"""Where services of the platform's own run: in their role's namespace, on their role's pool."""

from __future__ import annotations

from collections.abc import Sequence

from estate.topics.nodes.declare import Role
from estate.topics.nodes.plan.model import PoolPlan, ServicePlacement
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_ROLES


def placement_of(pools: Sequence[PoolPlan], role: Role) -> ServicePlacement | None:
    """Where a service of ``role`` runs; None where the zone has no pool for it."""
    namespaces = {of: name for name, of in PLATFORM_ROLES.items()}
    for pool in pools:
        if pool.role == role:
            return ServicePlacement(
                zone=pool.zone, namespace=namespaces[role], pool=pool.name, taints=pool.taints
            )
    return None
