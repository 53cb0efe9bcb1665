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
        _storage_class(backend.name, NO_PROVISIONER, {}, labels)
        for backend in sorted(static, key=lambda backend: backend.name)
    ]
    for backend in sorted(storage.csi, key=lambda csi_backend: csi_backend.name):
        fields: JsonObject = {"allowVolumeExpansion": True}
        if backend.parameters:
            fields["parameters"] = dict(sorted(backend.parameters.items()))
        found.append(_storage_class(backend.name, backend.driver, fields, labels))
        if backend.snapshots:
            found.append(
                manifest(
                    "snapshot.storage.k8s.io/v1",
                    "VolumeSnapshotClass",
                    backend.name,
                    {"driver": backend.driver, "deletionPolicy": "Retain"},
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
