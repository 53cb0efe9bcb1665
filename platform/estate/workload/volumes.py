"""Volumes of apps: static, each bound in advance to the one claim that may have it (M1)."""

from __future__ import annotations

from estate.objects import JsonObject, Manifest
from estate.objects.labels import SKIP_AWAIT
from estate.objects.manifest import manifest
from estate.plan.amounts import memory_quantity
from estate.plan.model import AppPlan
from estate.workload.own import labels_of


def log_volume(plan: AppPlan) -> list[Manifest]:
    """The directory on a filer that holds the app's log files (H1, H2)."""
    logs = plan.logs
    if logs is None:
        return []
    name = f"{plan.name}-logs"
    size = memory_quantity(logs.size)
    volume: JsonObject = {
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteMany"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "volumeMode": "Filesystem",
        "mountOptions": ["nfsvers=4.1", "hard", "noatime"],
        "nfs": {"server": str(logs.server), "path": logs.directory},
        "claimRef": {"namespace": plan.namespace, "name": name},
    }
    claim: JsonObject = {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "",
        "volumeName": name,
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": size}},
    }
    return [persistent_volume(plan, name, volume), claim_of(plan, name, claim)]


def persistent_volume(plan: AppPlan, name: str, spec: JsonObject) -> Manifest:
    """A volume of the app; protected until the declaration consents to its deletion."""
    labels = labels_of(plan)
    return manifest(
        "v1", "PersistentVolume", name, {"spec": spec}, labels=labels, protect=plan.protected
    )


def claim_of(plan: AppPlan, name: str, spec: JsonObject) -> Manifest:
    """A claim of the app; pods wait for it, the program does not."""
    return manifest(
        "v1",
        "PersistentVolumeClaim",
        name,
        {"spec": spec},
        namespace=plan.namespace,
        labels=labels_of(plan),
        annotations=SKIP_AWAIT,
        protect=plan.protected,
    )
