"""Services of the platform's own: what their pods take of a pool (X4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from estate.declarations.catalogue import Catalogue
from estate.reader.values import Zone
from estate.topics.egress.plan.relays import relay_pods
from estate.topics.logging.plan.sizes import logging_pods
from estate.topics.monitoring.plan.sizes import monitoring_pods
from estate.topics.nodes.declare import Role
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.nodes.plan.pods import Pod
from estate.topics.registry.plan.registries import registry_pods
from estate.topics.routers.plan.routers import router_pods


def service_pods(
    catalogue: Catalogue, pools: Mapping[Zone, Sequence[PoolPlan]]
) -> dict[tuple[Zone, str], list[Pod]]:
    """By zone and pool: the pods that the platform's services run there."""
    found: dict[tuple[Zone, str], list[Pod]] = {}
    for zone, planned in pools.items():
        of_role = {pool.role: pool.name for pool in reversed(planned) if pool.role}
        for role, pod in _pods(catalogue, zone):
            if role in of_role:
                found.setdefault((zone, of_role[role]), []).append(pod)
    return found


def _pods(catalogue: Catalogue, zone: Zone) -> Iterator[tuple[Role, Pod]]:
    """Each service's pods, with the role of the pool that they stand on."""
    yield from _on("egress", relay_pods(catalogue, zone))
    yield from _on("logging", logging_pods(catalogue.stack(zone)))
    yield from _on("monitoring", monitoring_pods(catalogue.stack(zone)))
    yield from _on("router", router_pods(catalogue, zone))
    yield from _on("infra", registry_pods(catalogue, zone))


def _on(role: Role, pods: Iterable[Pod]) -> Iterator[tuple[Role, Pod]]:
    return ((role, pod) for pod in pods)
