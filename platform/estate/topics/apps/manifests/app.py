"""Manifests of the workload room; pure."""

from __future__ import annotations

from estate.objects.manifest import Manifest
from estate.topics.apps.manifests.objects import own
from estate.topics.apps.manifests.policies import policies
from estate.topics.apps.manifests.routes import route
from estate.topics.apps.manifests.services import services
from estate.topics.apps.manifests.settings import config_map, secrets, variable_maps
from estate.topics.apps.manifests.volumes import log_volume, replica_volumes
from estate.topics.apps.manifests.workloads import workloads
from estate.topics.apps.plan.model import AppPlan


def app(plan: AppPlan) -> tuple[Manifest, ...]:
    """All objects of the app; once it is retired, only the volumes it leaves behind."""
    found = [*log_volume(plan), *replica_volumes(plan)]
    if plan.running:
        found += [
            own(plan, "v1", "ServiceAccount", {"automountServiceAccountToken": False}),
            *secrets(plan),
            *config_map(plan),
            *variable_maps(plan),
            *policies(plan),
            *workloads(plan),
            *services(plan),
            *route(plan),
        ]
    return tuple(found)
