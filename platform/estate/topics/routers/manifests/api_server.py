"""Services that speak to the API server: at the address in front of the masters, as themselves.

The cluster's own Service for it is passed by: behind it, a packet's destination is a master's
address or the Service's, as the network plugin has it, and no policy could say which.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from estate.objects.binding import RBAC
from estate.objects.container import variable
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.network_policy import allow_to
from estate.topics.egress.plan.model import ServerPlan
from estate.topics.nodes.manifests.service import Service


def environment(server: ServerPlan) -> tuple[JsonObject, ...]:
    """What clients in a pod take the address from."""
    return (
        variable("KUBERNETES_SERVICE_HOST", str(server.address)),
        variable("KUBERNETES_SERVICE_PORT", str(server.port)),
    )


def reaches_api_server(service: Service, server: ServerPlan) -> Manifest:
    """The service's pods connect to the API server."""
    to = [(IPv4Network(server.address), server.port)]
    name = f"{service.name}-api-server"
    return allow_to(name, service.namespace, service.labels, service.selector, to)


def rights(service: Service, name: str, rules: Iterable[JsonObject]) -> Manifest:
    """A ClusterRole: what a service may do, wherever it is bound."""
    return manifest(
        f"{RBAC}/v1", "ClusterRole", name, {"rules": list(rules)}, labels=service.labels
    )


def bound(service: Service, role: str, namespace: str | None = None) -> Manifest:
    """The service has the rights of a ClusterRole: in a namespace, or everywhere without one."""
    name = f"estate-{service.name}"
    subject = {"kind": "ServiceAccount", "name": service.name, "namespace": service.namespace}
    return manifest(
        f"{RBAC}/v1",
        "RoleBinding" if namespace else "ClusterRoleBinding",
        name,
        {
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
            "subjects": [subject],
        },
        namespace=namespace,
        labels=service.labels,
        logical=f"{namespace}-{name}" if namespace else name,
    )
