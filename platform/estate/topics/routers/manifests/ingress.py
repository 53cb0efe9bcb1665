"""HAProxy's ingress controller: a shard that Ingresses tell what to publish (E6, E10)."""

from __future__ import annotations

from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.nodes.manifests.service import Service
from estate.topics.routers.manifests.pods import RUN, USER, container
from estate.topics.routers.manifests.rights import router_rights as rights_of
from estate.topics.routers.manifests.settings import settings
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.routers.plan.routers import HTTP_PORT, HTTPS_PORT

__all__ = ["ACCEPTED", "published_by", "rights_of", "settings", "template"]

ACCEPTED: dict[str, str] = {}
"""What a scan finds of its pods alone, and we keep."""

CONTROLLER = "haproxy.org/ingress-controller"
"""What the controller calls itself in Ingress classes, before its own class."""


def published_by(service: Service, plan: RouterPlan) -> list[Manifest]:
    """Ingresses of this class are this shard's alone: each controller knows one class."""
    spec: JsonObject = {"controller": f"{CONTROLLER}/{plan.class_name}"}
    return [
        manifest(
            "networking.k8s.io/v1",
            "IngressClass",
            plan.class_name,
            {"spec": spec},
            labels=service.labels,
        )
    ]


def template(service: Service, plan: RouterPlan, config: str) -> JsonObject:
    """The template of its pods."""
    box = container(plan, _arguments(service, plan, config), (RUN,))
    return service.template(box, token=True, user=USER)


def _arguments(service: Service, plan: RouterPlan, config: str) -> list[str]:
    found = [
        f"--configmap={service.namespace}/{config}",
        f"--ingress.class={plan.class_name}",
        # Its own must be among them: the controller may forget the others otherwise.
        f"--namespace-whitelist={service.namespace}",
        *(f"--namespace-whitelist={namespace}" for namespace in plan.namespaces),
        f"--http-bind-port={HTTP_PORT}",
        "--disable-ipv6",
        "--disable-config-snippets=all",
        "--disable-service-external-name",
    ]
    if plan.certificate is None:
        return [*found, "--disable-https"]
    return [
        *found,
        f"--https-bind-port={HTTPS_PORT}",
        f"--default-ssl-certificate={service.namespace}/{plan.certificate}",
    ]
