"""Which changes need a new object: the fields that the API server never lets change.

The table is the provider's own, for the kinds that the estate emits. A field counts with all
that is below it.
"""

from __future__ import annotations

from lab.plugins.wire import Json, JsonMap

Path = tuple[str | int, ...]

_IDENTITY = [("metadata", "name"), ("metadata", "namespace")]

_VOLUME_SOURCES = ("csi", "fc", "hostPath", "iscsi", "local", "nfs")
_POD_FIXED = (
    "affinity",
    "dnsPolicy",
    "hostNetwork",
    "nodeName",
    "nodeSelector",
    "priorityClassName",
    "restartPolicy",
    "securityContext",
    "serviceAccountName",
    "terminationGracePeriodSeconds",
    "volumes",
)

_FIXED: dict[tuple[str, str], list[tuple[str, ...]]] = {
    ("v1", "Secret"): [("data",), ("stringData",), ("type",)],
    ("v1", "Service"): [("spec", "clusterIP")],
    ("v1", "ResourceQuota"): [("spec", "scopes")],
    ("v1", "PersistentVolume"): [("spec", source) for source in _VOLUME_SOURCES],
    ("v1", "PersistentVolumeClaim"): [
        ("spec", field) for field in ("accessModes", "selector", "storageClassName", "volumeName")
    ],
    ("v1", "Pod"): [("spec", field) for field in _POD_FIXED],
    ("apps/v1", "Deployment"): [("spec", "selector")],
    ("apps/v1", "DaemonSet"): [("spec", "selector")],
    ("apps/v1", "StatefulSet"): [
        ("spec", field)
        for field in (
            "podManagementPolicy",
            "revisionHistoryLimit",
            "selector",
            "serviceName",
            "volumeClaimTemplates",
        )
    ],
    ("batch/v1", "Job"): [
        ("spec", field) for field in ("completions", "parallelism", "selector", "template")
    ],
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): [("roleRef",)],
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): [("roleRef",)],
    ("storage.k8s.io/v1", "StorageClass"): [("parameters",), ("provisioner",)],
}


_CONTENT = [("data",), ("binaryData",)]


def fixed_fields(obj: JsonMap, *, patch: bool, mutable_maps: bool) -> list[tuple[str, ...]]:
    """The fields whose change replaces the object; of a Patch only what it points at.

    ``mutable_maps``: a ConfigMap that is not immutable changes in place.
    """
    fixed = list(_IDENTITY)
    if not patch:
        key = (str(obj.get("apiVersion")), str(obj.get("kind")))
        fixed += _FIXED.get(key, [])
        if key == ("v1", "ConfigMap") and not (mutable_maps and obj.get("immutable") is not True):
            fixed += _CONTENT
    return fixed


def touches(path: Path, value: Json, fixed: list[tuple[str, ...]]) -> bool:
    """Whether a change at the path is one of a fixed field, or contains one."""
    return any(_overlaps(path, value, field) for field in fixed)


def _overlaps(path: Path, value: Json, field: tuple[str, ...]) -> bool:
    shared = min(len(path), len(field))
    if path[:shared] != field[:shared]:
        return False
    for key in field[shared:]:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True
