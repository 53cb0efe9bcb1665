"""Storage classes: one for each declared backend, of snapshots where declared; pure (M2, M6)."""

from __future__ import annotations

from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.plan import Plan
from estate.topics.storage.plan import StoragePlan

NO_PROVISIONER = "kubernetes.io/no-provisioner"
"""Volumes are declared one by one: nothing makes them when a claim asks."""


def storage_classes(plan: Plan, labels: dict[str, str]) -> list[Manifest]:
    """A class bears its backend's name. None is the default: a claim says what it wants."""
    storage = plan.of(StoragePlan).storage
    static = [*storage.local, *storage.fibre_channel, *storage.iscsi]
    found = [
        _storage_class(one.name, NO_PROVISIONER, {}, labels)
        for one in sorted(static, key=lambda one: one.name)
    ]
    for one in sorted(storage.csi, key=lambda one: one.name):
        fields: JsonObject = {"allowVolumeExpansion": True}
        if one.parameters:
            fields["parameters"] = dict(sorted(one.parameters.items()))
        found.append(_storage_class(one.name, one.driver, fields, labels))
        if one.snapshots:
            found.append(
                manifest(
                    "snapshot.storage.k8s.io/v1",
                    "VolumeSnapshotClass",
                    one.name,
                    {"driver": one.driver, "deletionPolicy": "Retain"},
                    labels=labels,
                )
            )
    return found


def _storage_class(
    name: str, provisioner: str, fields: JsonObject, labels: dict[str, str]
) -> Manifest:
    """Bound once a pod is placed, so that no volume keeps a pod from its pool; kept afterwards."""
    body: JsonObject = {
        "provisioner": provisioner,
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "WaitForFirstConsumer",
        **fields,
    }
    return manifest("storage.k8s.io/v1", "StorageClass", name, body, labels=labels)
