"""Volumes of apps: static, each bound in advance to the one claim that may have it (M1)."""

from __future__ import annotations

from estate.objects.labels import SKIP_AWAIT
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.apps.manifests.objects import labels_of
from estate.topics.apps.plan.model import AppPlan
from estate.topics.nodes.plan.amounts import memory_quantity
from estate.topics.storage.plan.volumes import DiskPlan, VolumePlan


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


def claim_name(plan: AppPlan, volume: VolumePlan, replica: int) -> str:
    """As the StatefulSet looks for it: a claim of that name is used, not made."""
    return f"{volume.name}-{plan.name}-{replica}"


def replica_volumes(plan: AppPlan) -> list[Manifest]:
    """Each replica's claims, and the disk behind each where it is known in advance (M1, M7).

    The claims are the program's own, so that they go when the declaration consents to it: a
    StatefulSet leaves the ones that it makes behind.
    """
    found: list[Manifest] = []
    for volume in plan.stateful.volumes if plan.stateful else ():
        disks = {disk.replica: disk for disk in volume.disks}
        for replica in sorted(disks.keys() | set(range(1, plan.replicas + 1))):
            name = claim_name(plan, volume, replica)
            logical = f"{plan.name}.{volume.name}-{replica}"
            if disk := disks.get(replica):
                spec = _disk(volume, disk)
                spec["claimRef"] = {"namespace": plan.namespace, "name": name}
                found.append(persistent_volume(plan, logical, spec))
            claim = claim_spec(volume)
            if disk:
                claim["volumeName"] = logical
            found.append(claim_of(plan, name, claim, logical=logical))
    return found


def claim_spec(volume: VolumePlan) -> JsonObject:
    """What each replica asks for."""
    return {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": volume.backend,
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": memory_quantity(volume.size)}},
    }


def _disk(volume: VolumePlan, disk: DiskPlan) -> JsonObject:
    spec: JsonObject = {
        "capacity": {"storage": memory_quantity(disk.size)},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": volume.backend,
        "volumeMode": "Filesystem",
    }
    if disk.node:
        here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [disk.node]}
        terms = [{"matchExpressions": [here]}]
        return {
            **spec,
            "local": {"path": disk.path},
            "nodeAffinity": {"required": {"nodeSelectorTerms": terms}},
        }
    if disk.wwid:
        return {**spec, "fc": {"wwids": [disk.wwid], "fsType": "xfs"}}
    first, *others = [f"{portal}:3260" for portal in disk.portals]
    target: JsonObject = {"targetPortal": first, "iqn": disk.iqn, "lun": disk.lun, "fsType": "xfs"}
    if others:
        target["portals"] = others
    return {**spec, "iscsi": target}


def persistent_volume(plan: AppPlan, name: str, spec: JsonObject) -> Manifest:
    """A volume of the app; protected until the declaration consents to its deletion."""
    labels = labels_of(plan)
    return manifest(
        "v1", "PersistentVolume", name, {"spec": spec}, labels=labels, protect=plan.protected
    )


def claim_of(plan: AppPlan, name: str, spec: JsonObject, *, logical: str = "") -> Manifest:
    """A claim of the app; pods wait for it, the program does not."""
    return manifest(
        "v1",
        "PersistentVolumeClaim",
        name,
        {"spec": spec},
        namespace=plan.namespace,
        labels=labels_of(plan),
        annotations=SKIP_AWAIT,
        logical=logical or None,
        protect=plan.protected,
    )
