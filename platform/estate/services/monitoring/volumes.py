"""What each Prometheus keeps its samples on."""

from __future__ import annotations

from estate.objects import Manifest
from estate.plan.monitoring import MonitoringPlan
from estate.services.disks import DATA, volume_and_claim
from estate.services.monitoring import names
from estate.services.own import Service


def volumes(plan: MonitoringPlan) -> list[Manifest]:
    """Volume and claim for each of the two, of no class."""
    service = Service(name=names.PROMETHEUS, placement=plan.placement)
    return [
        one
        for disk in plan.disks
        for one in volume_and_claim(
            service, disk, f"{service.namespace}.{DATA}-{disk.replica}", protect=plan.protected
        )
    ]
