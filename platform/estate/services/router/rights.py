"""What a router may read: Ingresses and endpoints where its shard publishes something, no more.

The controller does not start unless it may read all Secrets of the namespaces that it looks into,
since certificates may stand there. So a router can read the Secrets of the apps that it publishes,
and of those that share a namespace with them: which is one reason for shards.
"""

from __future__ import annotations

from estate.objects import JsonObject, Manifest
from estate.plan.model.routers import RouterPlan
from estate.services.api_server import bound, rights
from estate.services.own import Service

READ = ["get", "list", "watch"]


def router_rights(service: Service, plan: RouterPlan) -> list[Manifest]:
    """The shard's roles, and where they are bound."""
    everywhere, inside, own = (
        f"estate-{service.name}-{part}" for part in ("cluster", "published", "own")
    )
    return [
        rights(service, everywhere, _EVERYWHERE),
        rights(service, inside, _PUBLISHED),
        rights(service, own, _OWN),
        bound(service, everywhere),
        bound(service, own, service.namespace),
        *(bound(service, inside, namespace) for namespace in plan.namespaces),
    ]


def _rule(group: str, *resources: str) -> JsonObject:
    return {"apiGroups": [group], "resources": list(resources), "verbs": READ}


_EVERYWHERE = (
    _rule("", "namespaces"),
    _rule("networking.k8s.io", "ingressclasses"),
    _rule("apiextensions.k8s.io", "customresourcedefinitions"),
)
"""What belongs to no namespace."""

_PUBLISHED = (
    _rule("", "secrets", "services"),
    _rule("discovery.k8s.io", "endpointslices"),
    _rule("networking.k8s.io", "ingresses"),
)

_OWN = (*_PUBLISHED, _rule("", "configmaps", "pods"), _rule("apps", "replicasets"))
"""In its own namespace: its settings and certificate, and the routers beside it."""
