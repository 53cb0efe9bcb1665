"""What Prometheus reads of the platform's own services, and who it is (I3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.plan import Plan
from estate.topics.egress.plan import EgressPlan
from estate.topics.egress.plan.relays import METRICS_PORT as RELAY_METRICS
from estate.topics.egress.plan.relays import RELAY
from estate.topics.exposure.plan.log_intake import INTAKE
from estate.topics.logging.plan.logging import (
    COLLECTOR,
    COLLECTOR_PORT,
    EXPORTER,
    EXPORTER_PORT,
    LoggingPlan,
)
from estate.topics.registry.plan import RegistryPlan
from estate.topics.registry.plan.registries import METRICS_PORT as REGISTRY_METRICS
from estate.topics.registry.plan.registries import SERVING, TAKING_IN
from estate.topics.routers.plan import RoutersPlan
from estate.topics.routers.plan.routers import METRICS_PORT as ROUTER_METRICS


@dataclass(frozen=True, kw_only=True)
class ScrapedService:
    """A service of the platform's that says how it is."""

    namespace: str
    name: str
    """Of the service whose pods answer; the Service in front is called so with ``-metrics``."""
    port: int


def scraped_services(plan: Plan) -> Iterator[ScrapedService]:
    """Those that run in the zone, by the name of what answers for them."""
    for router in plan.of(RoutersPlan).routers:
        yield ScrapedService(
            namespace=router.placement.namespace, name=router.name, port=ROUTER_METRICS
        )
    if registry := plan.of(RegistryPlan).internal:
        for name in (SERVING, TAKING_IN):
            yield ScrapedService(
                namespace=registry.placement.namespace,
                name=name,
                port=REGISTRY_METRICS,
            )
    if relays := plan.of(EgressPlan).relays:
        yield ScrapedService(namespace=relays.placement.namespace, name=RELAY, port=RELAY_METRICS)
    if logging := plan.find(LoggingPlan):
        for name, port in ((COLLECTOR, COLLECTOR_PORT), (EXPORTER, EXPORTER_PORT)):
            yield ScrapedService(namespace=logging.placement.namespace, name=name, port=port)
        if logging.intake:
            yield ScrapedService(
                namespace=logging.placement.namespace, name=INTAKE, port=COLLECTOR_PORT
            )
