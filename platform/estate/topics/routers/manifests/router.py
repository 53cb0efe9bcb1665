"""Manifests of a router shard; pure."""

from __future__ import annotations

from estate.objects.labels import app_selector
from estate.objects.manifest import JsonObject, Manifest
from estate.objects.network_policy import allow_from, allow_to_pods
from estate.topics.nodes.manifests.service import Service, port
from estate.topics.routers.manifests import gateway, ingress
from estate.topics.routers.manifests.api_server import reaches_api_server
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.routers.plan.routers import HEALTH_PORT, METRICS_PORT

_ACCEPTED = {
    "checkov.io/skip1": "CKV_K8S_38=it learns of what it publishes and of endpoints from the API "
    "server, as a service account of its own",
    "checkov.io/skip2": "CKV_K8S_40=its image is made for this user",
}


def router(plan: RouterPlan) -> tuple[Manifest, ...]:
    """All objects of the shard: its class, rights, policies, pods and node ports."""
    service = Service(name=plan.name, placement=plan.placement)
    controller = gateway if plan.api == "gateway" else ingress
    config = service.config_map(controller.settings(plan))
    template = controller.template(service, plan, config.physical_name)
    return (
        *controller.published_by(service, plan),
        service.service_account(),
        *controller.rights_of(service, plan),
        *_policies(service, plan),
        config,
        *service.deployment(template, plan.replicas, {**_ACCEPTED, **controller.ACCEPTED}),
        service.service(_service(plan)),
        *service.metrics(METRICS_PORT),
    )


def _policies(service: Service, plan: RouterPlan) -> list[Manifest]:
    """The load balancer in; the published apps and the API server out."""
    common = (service.namespace, service.labels, service.selector)
    serving = [router_port.number for router_port in plan.ports if router_port.name != "health"]
    found = [
        allow_from(f"{service.name}-balanced", *common, plan.sources, *serving),
        allow_from(f"{service.name}-monitored", *common, plan.monitors, HEALTH_PORT),
        reaches_api_server(service, plan.api_server),
    ]
    if plan.backends:
        apps = [
            (backend.namespace, app_selector(backend.app), backend.port)
            for backend in plan.backends
        ]
        found.append(allow_to_pods(f"{service.name}-published", *common, apps))
    return found


def _service(plan: RouterPlan) -> JsonObject:
    """Node ports that only nodes with a router answer, which see who connects (E3c)."""
    return {
        "type": "NodePort",
        "externalTrafficPolicy": "Local",
        "ports": [
            port(
                router_port.name,
                router_port.port,
                app_protocol="https" if router_port.name == "https" else "http",
                node_port=router_port.node_port,
            )
            for router_port in plan.ports
        ],
    }
