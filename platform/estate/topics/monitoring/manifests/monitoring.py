"""Everything that monitoring is made of; pure."""

from __future__ import annotations

from estate.objects.manifest import Manifest
from estate.topics.monitoring.manifests.policies import policies
from estate.topics.monitoring.manifests.programs import Parts
from estate.topics.monitoring.manifests.volumes import volumes
from estate.topics.monitoring.plan.monitoring import MonitoringPlan


def monitoring(plan: MonitoringPlan) -> tuple[Manifest, ...]:
    """Policies and volumes first, then the parts: nothing waits for what comes after it."""
    parts = Parts(plan)
    return (
        *policies(plan),
        *volumes(plan),
        *parts.kube_state_metrics(),
        *parts.blackbox(),
        *parts.node_exporter(),
        *parts.alertmanager(),
        *parts.prometheus(),
        *(parts.metrics_server() if plan.serves_resource_metrics else ()),
        *parts.grafana(),
    )
