"""What a router may read: what its shard publishes and the endpoints, there and nowhere else.

The ingress controller does not start unless it may read all Secrets of the namespaces that it
looks into, since certificates may stand there. So a router can read the Secrets of the apps that it
publishes, and of those that share a namespace with them: which is one reason for shards.

The controller for gateways watches the whole cluster, also with a list of namespaces, and does not
start unless it may read all Secrets. Nothing of it is bound in a namespace, since that would be no
less; it writes the status of its own kinds and nothing else.
"""

from __future__ import annotations

from estate.objects.manifest import JsonObject, Manifest
from estate.topics.nodes.manifests.service import Service
from estate.topics.routers.manifests.api_server import bound, rights
from estate.topics.routers.plan.model import RouterPlan

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


def gateway_rights(service: Service, plan: RouterPlan) -> list[Manifest]:
    """The role of a shard that publishes by Gateway API, and its binding."""
    name = f"estate-{plan.name}-cluster"
    return [rights(service, name, _GATEWAYS), bound(service, name)]


def _rule(group: str, *resources: str, verbs: list[str] = READ) -> JsonObject:
    return {"apiGroups": [group], "resources": list(resources), "verbs": verbs}


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

_GATEWAY_API = "gateway.networking.k8s.io"

_GATEWAYS = (
    _rule("", "configmaps", "namespaces", "secrets", "services"),
    _rule("discovery.k8s.io", "endpointslices"),
    _rule("apiextensions.k8s.io", "customresourcedefinitions"),
    _rule(
        _GATEWAY_API,
        "gatewayclasses",
        "gateways",
        "httproutes",
        "referencegrants",
        "tlsroutes",
    ),
    _rule(
        _GATEWAY_API,
        "gatewayclasses/status",
        "gateways/status",
        "httproutes/status",
        verbs=["patch", "update"],
    ),
    _rule("gate.v3.haproxy.org", "backends", "defaults", "globals", "huggates", "hugconfs"),
)
"""What the controller for gateways watches, and where it says what became of it."""
