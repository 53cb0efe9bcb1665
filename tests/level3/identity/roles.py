"""The namespaces, roles and bindings of a plan, put on a cluster without the engine."""

from __future__ import annotations

import time

from estate.composition import compose
from estate.objects.roles import ROLES, cluster_role
from estate.plan import Plan
from lab.cluster import Cluster

_RBAC = "/apis/rbac.authorization.k8s.io/v1"

_PATHS = {
    "Namespace": "/api/v1/namespaces",
    "ClusterRole": f"{_RBAC}/clusterroles",
    "ClusterRoleBinding": f"{_RBAC}/clusterrolebindings",
    "RoleBinding": f"{_RBAC}/namespaces/{{}}/rolebindings",
}


def apply_roles(cluster: Cluster, plan: Plan) -> tuple[str, ...]:
    """Applies them and waits until they count; the names of all namespaces."""
    for manifest in compose(plan).manifests:
        if manifest.kind in _PATHS:
            path = _PATHS[manifest.kind].format(manifest.namespace)
            cluster.api.apply(f"{path}/{manifest.physical_name}", manifest.body, "test")
    _wait_until_gathered(cluster)
    found = cluster.api.get(_PATHS["Namespace"])["items"]
    return tuple(one["metadata"]["name"] for one in found)


def _wait_until_gathered(cluster: Cluster) -> None:
    """The rules of an aggregated role are a controller's to write, which takes a moment."""
    paths = [f"{_PATHS['ClusterRole']}/{cluster_role(role)}" for role in ROLES]
    end = time.monotonic() + 60
    while not all(cluster.api.get(path).get("rules") for path in paths):
        assert time.monotonic() < end, "roles are not aggregated"
        time.sleep(0.2)
