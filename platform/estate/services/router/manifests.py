"""Manifests of a router shard; pure."""

from __future__ import annotations

from estate.objects import JsonObject, Manifest
from estate.objects.container import Container, ContainerPort, Mount, variable_of
from estate.objects.labels import app_selector
from estate.objects.manifest import manifest
from estate.objects.network_policy import allow_from, allow_to_pods
from estate.plan.amounts import cpu_quantity, memory_quantity
from estate.plan.model.routers import RouterPlan
from estate.plan.routers import (
    HEALTH_PATH,
    HEALTH_PORT,
    HTTP_PORT,
    HTTPS_PORT,
    METRICS_PORT,
)
from estate.services.api_server import environment, reaches_api_server
from estate.services.own import Service, port
from estate.services.router.rights import router_rights
from estate.services.router.settings import settings

USER = 1000
"""Who the controller's image runs as."""

CONTROLLER = "haproxy.org/ingress-controller"
"""What the controller calls itself in Ingress classes, before its own class."""


_ACCEPTED = {
    "checkov.io/skip1": "CKV_K8S_38=it learns of Ingresses and endpoints from the API server, "
    "as a service account of its own",
    "checkov.io/skip2": "CKV_K8S_40=its image is made for this user",
}


def router(plan: RouterPlan) -> tuple[Manifest, ...]:
    """All objects of the shard: its class, rights, policies, pods and node ports."""
    service = Service(name=plan.name, placement=plan.placement)
    config = service.config_map(settings(plan))
    return (
        _ingress_class(service, plan),
        service.service_account(),
        *router_rights(service, plan),
        *_policies(service, plan),
        config,
        *service.deployment(
            _template(service, plan, config.physical_name), plan.replicas, _ACCEPTED
        ),
        service.service(_service(plan)),
        *service.metrics(METRICS_PORT),
    )


def _ingress_class(service: Service, plan: RouterPlan) -> Manifest:
    """Ingresses of this class are this shard's alone: each controller knows one class."""
    return manifest(
        "networking.k8s.io/v1",
        "IngressClass",
        plan.ingress_class,
        {"spec": {"controller": f"{CONTROLLER}/{plan.ingress_class}"}},
        labels=service.labels,
    )


def _template(service: Service, plan: RouterPlan, config: str) -> JsonObject:
    container = Container(
        name="router",
        image=plan.image,
        cpu=cpu_quantity(plan.size.cpu),
        memory=memory_quantity(plan.size.memory),
        ports=(
            *(ContainerPort(name=one.name, number=one.number) for one in plan.ports),
            ContainerPort(name="metrics", number=METRICS_PORT),
        ),
        health=HEALTH_PATH,
        arguments=tuple(_arguments(service, plan, config)),
        environment=(
            variable_of("POD_NAMESPACE", "metadata.namespace"),
            variable_of("POD_IP", "status.podIP"),
            *environment(plan.api_server),
        ),
        mounts=(Mount(name="run", path="/run", volume={"emptyDir": {"sizeLimit": "16Mi"}}),),
    )
    return service.template(container, token=True, user=USER)


def _arguments(service: Service, plan: RouterPlan, config: str) -> list[str]:
    found = [
        f"--configmap={service.namespace}/{config}",
        f"--ingress.class={plan.ingress_class}",
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


def _policies(service: Service, plan: RouterPlan) -> list[Manifest]:
    """The load balancer in; the published apps and the API server out."""
    common = (service.namespace, service.labels, service.selector)
    serving = [one.number for one in plan.ports if one.name != "health"]
    found = [
        allow_from(f"{service.name}-balanced", *common, plan.sources, *serving),
        allow_from(f"{service.name}-monitored", *common, plan.monitors, HEALTH_PORT),
        reaches_api_server(service, plan.api_server),
    ]
    if plan.backends:
        apps = [(one.namespace, app_selector(one.app), one.port) for one in plan.backends]
        found.append(allow_to_pods(f"{service.name}-published", *common, apps))
    return found


def _service(plan: RouterPlan) -> JsonObject:
    """Node ports that only nodes with a router answer, which see who connects (E3c)."""
    return {
        "type": "NodePort",
        "externalTrafficPolicy": "Local",
        "ports": [
            port(
                one.name,
                one.port,
                app_protocol="https" if one.name == "https" else "http",
                node_port=one.node_port,
            )
            for one in plan.ports
        ],
    }
