"""What is deleted and made anew, since the field that differs never changes in place.

The fields for which the Kubernetes provider of Pulumi replaces an object:
https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.changes.transitions.finding import Finding
from estate.changes.transitions.sides import Json, Sides, at, named

_FIELDS: dict[str, tuple[str, ...]] = {
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "Service": ("spec.clusterIP",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "StorageClass": ("parameters", "provisioner"),
    "Secret": ("type",),
}

_MEANS: dict[str, str] = {
    "DaemonSet": "its pods stop on all nodes before the first new one starts",
    "Deployment": "all its pods stop before the first new one starts",
    "StatefulSet": "all its pods stop before the first new one starts; their volumes stay",
    "Service": "it gets another cluster address, and connections to the old one break",
    "Job": "it runs again",
    "RoleBinding": "its subjects have no rights for a moment",
    "ClusterRoleBinding": "its subjects have no rights for a moment",
    "StorageClass": "volumes that exist stay as they are",
    "Secret": "pods that start meanwhile wait for it",
}


def replaced(sides: Sides) -> Iterator[Finding]:
    """Each object that goes before it comes again."""
    for kind in _FIELDS:
        for key, old, new in sides.kept(kind):
            fields = fixed(kind, old, new)
            if fields:
                yield Finding(
                    effect="replaced",
                    code="made-anew",
                    zone=sides.zone,
                    what=named(key),
                    found=f"deleted and made anew, since its {' and '.join(fields)} never "
                    f"changes: {_MEANS[kind]}",
                )


def fixed(kind: str, old: Json, new: Json) -> list[str]:
    """The fields that differ and never change in place."""
    return [path for path in _FIELDS.get(kind, ()) if at(old, path) != at(new, path)]
