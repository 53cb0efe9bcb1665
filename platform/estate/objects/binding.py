"""Bindings of roles to groups: never to users or service accounts (B2)."""

from __future__ import annotations

from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.roles import Role, cluster_role

RBAC = "rbac.authorization.k8s.io"


def bind(role: Role, group: str, labels: dict[str, str], namespace: str | None = None) -> Manifest:
    """The group has the role: in the namespace, or everywhere where there is none."""
    name = cluster_role(role)
    subject: JsonObject = {"apiGroup": RBAC, "kind": "Group", "name": group}
    return manifest(
        f"{RBAC}/v1",
        "RoleBinding" if namespace else "ClusterRoleBinding",
        name,
        {
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name},
            "subjects": [subject],
        },
        namespace=namespace,
        labels=labels,
        logical=f"{namespace}-{role}" if namespace else name,
    )
