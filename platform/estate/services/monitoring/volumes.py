"""What each Prometheus keeps its samples on: bound in advance to the claim that it looks for."""

from __future__ import annotations

from estate.objects import JsonObject, Manifest
from estate.objects.labels import SKIP_AWAIT
from estate.objects.manifest import manifest
from estate.plan.amounts import memory_quantity
from estate.plan.model import DiskPlan
from estate.plan.monitoring import MonitoringPlan
from estate.services.monitoring import names
from estate.services.own import Service

DATA = "data"
"""The volume's name in the pod."""


def claim(size: int) -> JsonObject:
    """Of no class: nothing but the volume of its own may be bound to it."""
    return {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "",
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": memory_quantity(size)}},
    }


def volumes(plan: MonitoringPlan) -> list[Manifest]:
    """Volume and claim for each of the two."""
    service = Service(name=names.PROMETHEUS, placement=plan.placement)
    return [one for disk in plan.disks for one in _of(plan, service, disk)]


def _of(plan: MonitoringPlan, service: Service, disk: DiskPlan) -> list[Manifest]:
    volume = f"{service.namespace}.{DATA}-{disk.replica}"
    name = f"{DATA}-{service.name}-{disk.replica}"
    spec: JsonObject = {
        "capacity": {"storage": memory_quantity(disk.size)},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "volumeMode": "Filesystem",
        "claimRef": {"namespace": service.namespace, "name": name},
    }
    if disk.node:
        here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [disk.node]}
        spec["local"] = {"path": disk.path}
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}}
    else:
        spec["fc"] = {"wwids": [disk.wwid], "fsType": "xfs"}
    return [
        manifest(
            "v1",
            "PersistentVolume",
            volume,
            {"spec": spec},
            labels=service.labels,
            protect=plan.protected,
        ),
        manifest(
            "v1",
            "PersistentVolumeClaim",
            name,
            {"spec": {**claim(disk.size), "volumeName": volume}},
            namespace=service.namespace,
            labels=service.labels,
            annotations=SKIP_AWAIT,
            logical=f"{service.namespace}.{name}",
            protect=plan.protected,
        ),
    ]
