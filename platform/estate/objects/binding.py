"""Bindings of roles: people by their groups, pipelines by the accounts declared (B2, L4)."""

from __future__ import annotations

from estate.objects.deployers import Account, account_role
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.roles import Role, cluster_role

RBAC = "rbac.authorization.k8s.io"


def bind(role: Role, group: str, labels: dict[str, str], namespace: str | None = None) -> Manifest:
    """The group has the role: in the namespace, or everywhere where there is none."""
    subject: JsonObject = {"apiGroup": RBAC, "kind": "Group", "name": group}
    return _binding(cluster_role(role), role, subject, labels, namespace)


def bind_account(
    account: Account, subject: JsonObject, labels: dict[str, str], namespace: str
) -> Manifest:
    """An account of a tenant's pipeline has its rights in the namespace, and nowhere else."""
    return _binding(account_role(account), account, subject, labels, namespace)


def _binding(
    name: str, role: str, subject: JsonObject, labels: dict[str, str], namespace: str | None
) -> Manifest:
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
