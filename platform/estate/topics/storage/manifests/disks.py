"""What a replica keeps its data on: bound in advance to the claim that it looks for (M1, M7)."""

from __future__ import annotations

from estate.objects.labels import SKIP_AWAIT
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.nodes.manifests.service import Service
from estate.topics.nodes.plan.amounts import memory_quantity
from estate.topics.storage.plan.volumes import DiskPlan

DATA = "data"
"""The volume's name in the pod."""


def claim(size: int, storage_class: str = "") -> JsonObject:
    """Without a class, nothing but the volume of its own may be bound to it."""
    return {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": storage_class,
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": memory_quantity(size)}},
    }


def claim_name(service: Service, disk: DiskPlan) -> str:
    """As the StatefulSet looks for it: a claim of that name is used, not made."""
    return f"{DATA}-{service.name}-{disk.replica}"


def volume_and_claim(
    service: Service, disk: DiskPlan, volume: str, *, storage_class: str = "", protect: bool
) -> list[Manifest]:
    """A disk of a node or a LUN as ``volume``, and the one claim that may have it."""
    name = claim_name(service, disk)
    asked = claim(disk.size, storage_class)
    spec: JsonObject = {
        "capacity": {"storage": memory_quantity(disk.size)},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": storage_class,
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
            protect=protect,
        ),
        manifest(
            "v1",
            "PersistentVolumeClaim",
            name,
            {"spec": {**asked, "volumeName": volume}},
            namespace=service.namespace,
            labels=service.labels,
            annotations=SKIP_AWAIT,
            logical=f"{service.namespace}.{name}",
            protect=protect,
        ),
    ]
