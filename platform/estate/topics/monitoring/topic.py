"""The entry of the topic monitoring."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Group, Kind, Stage, Topic
from estate.topics.monitoring.checks.monitoring import check_monitoring
from estate.topics.monitoring.checks.stored_secrets import check_secrets
from estate.topics.monitoring.flows import flows_of_monitoring
from estate.topics.monitoring.manifests.monitoring import monitoring
from estate.topics.monitoring.plan.monitoring import MonitoringPlan, plan_monitoring
from estate.topics.monitoring.plan.sizes import monitoring_pods

_MONITORING = Kind[MonitoringPlan](
    family="services", stage=Stage.SERVICES, manifests=monitoring, component="monitoring:monitoring"
)


def _conclude(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    if found := plan_monitoring(plan, given.catalogue.stack(zone).monitoring):
        yield found


def _groups(plan: Plan) -> Iterator[Group]:
    if found := plan.find(MonitoringPlan):
        yield _MONITORING.group("monitoring", found)


TOPIC = Topic(
    name="monitoring",
    checks=(
        lambda given: check_monitoring(given.catalogue, given.pools),
        lambda given: check_secrets(given.catalogue, given.loaded),
    ),
    conclude=_conclude,
    pods=(("monitoring", lambda catalogue, zone: monitoring_pods(catalogue.stack(zone))),),
    groups=_groups,
    flows=flows_of_monitoring,
)
