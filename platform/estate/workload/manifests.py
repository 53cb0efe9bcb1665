"""Manifests of the workload room; pure."""

from __future__ import annotations

from estate.objects import Manifest
from estate.plan.model.apps import AppPlan
from estate.workload.own import own
from estate.workload.policies import policies
from estate.workload.routes import route
from estate.workload.services import services
from estate.workload.settings import config_map, secrets
from estate.workload.volumes import log_volume, replica_volumes
from estate.workload.workloads import workloads


def app(plan: AppPlan) -> tuple[Manifest, ...]:
    """All objects of the app; once it is retired, only the volumes it leaves behind."""
    found = [*log_volume(plan), *replica_volumes(plan)]
    if plan.running:
        found += [
            own(plan, "v1", "ServiceAccount", {"automountServiceAccountToken": False}),
            *secrets(plan),
            *config_map(plan),
            *policies(plan),
            *workloads(plan),
            *services(plan),
            *route(plan),
        ]
    return tuple(found)
