"""What each Prometheus keeps its samples on."""

from __future__ import annotations

from estate.objects.manifest import Manifest
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.nodes.manifests.service import Service
from estate.topics.storage.manifests.disks import DATA, volume_and_claim


def volumes(plan: MonitoringPlan) -> list[Manifest]:
    """Volume and claim for each of the two, of no class."""
    service = Service(name=names.PROMETHEUS, placement=plan.placement)
    return [
        manifest
        for disk in plan.disks
        for manifest in volume_and_claim(
            service, disk, f"{service.namespace}.{DATA}-{disk.replica}", protect=plan.protected
        )
    ]
