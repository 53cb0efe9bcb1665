"""Everything that monitoring is made of; pure."""

from __future__ import annotations

from estate.objects import Manifest
from estate.plan.monitoring import MonitoringPlan
from estate.services.monitoring.parts import Parts
from estate.services.monitoring.policies import policies
from estate.services.monitoring.volumes import volumes


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
