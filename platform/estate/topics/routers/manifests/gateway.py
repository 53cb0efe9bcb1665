"""HAProxy Unified Gateway: a shard that HTTPRoutes tell what to publish (C5, E6, E10, E13)."""

from __future__ import annotations

from estate.objects.container import Container, Mount
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.nodes.manifests.service import Service
from estate.topics.routers.manifests.pods import RUN, USER, container
from estate.topics.routers.manifests.rights import gateway_rights as rights_of
from estate.topics.routers.manifests.settings import gateway_settings as settings
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.routers.plan.routers import HTTP_PORT, HTTPS_PORT

__all__ = ["ACCEPTED", "published_by", "rights_of", "settings", "template"]

API = "gateway.networking.k8s.io/v1"

CONTROLLER = "haproxy.org/unified-gateway"
"""The controller's name in Gateway classes, before its own class."""

ACCEPTED = {
    "checkov.io/skip3": "CKV_K8S_25=the program that starts its HAProxy carries NET_BIND_SERVICE, "
    "which Pod Security's restricted admits, and is not run without it"
}
"""What a scan finds of its pods, and we keep."""

_HOME = "/usr/local/hug"
"""Where the controller writes what its HAProxy reads: configuration, maps, certificates."""

_NO_SERVICE = "estate/ports-of-gateways:nobody"
"""The label of the Services whose ports the controller would rewrite: none has it."""

_SEED = "seed"
"""Where the container that runs first finds the settings."""


def published_by(service: Service, plan: RouterPlan) -> list[Manifest]:
    """A class and a Gateway of the shard's own, and what leads from HTTP to HTTPS."""
    spec: JsonObject = {"controllerName": f"{CONTROLLER}/{plan.class_name}"}
    found = [
        manifest(API, "GatewayClass", plan.class_name, {"spec": spec}, labels=service.labels),
        service.own(API, "Gateway", {"spec": _gateway(plan)}),
    ]
    https = next((port.port for port in plan.ports if port.name == "https"), None)
    if https:
        found.append(service.own(API, "HTTPRoute", {"spec": _to_https(plan, https)}))
    return found


def _gateway(plan: RouterPlan) -> JsonObject:
    """Listeners where routers listen: the controller opens exactly these ports."""
    http: JsonObject = {"name": "http", "port": HTTP_PORT, "protocol": "HTTP"}
    apps, itself = _allowed(plan.namespaces), _allowed(())
    if plan.certificate is None:
        listeners = [{**http, "allowedRoutes": apps}]
    else:
        certificate: JsonObject = {"kind": "Secret", "group": "", "name": plan.certificate}
        listeners = [
            {**http, "allowedRoutes": itself},
            {
                "name": "https",
                "port": HTTPS_PORT,
                "protocol": "HTTPS",
                "tls": {"mode": "Terminate", "certificateRefs": [certificate]},
                "allowedRoutes": apps,
            },
        ]
    return {"gatewayClassName": plan.class_name, "listeners": listeners}


def _allowed(namespaces: tuple[str, ...]) -> JsonObject:
    """HTTPRoutes of these namespaces, by the label that the API server alone gives."""
    among: JsonObject = {
        "key": "kubernetes.io/metadata.name",
        "operator": "In",
        "values": list(namespaces),
    }
    selected: JsonObject = {"from": "Selector", "selector": {"matchExpressions": [among]}}
    return {
        "kinds": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute"}],
        "namespaces": selected if namespaces else {"from": "Same"},
    }


def _to_https(plan: RouterPlan, port: int) -> JsonObject:
    redirect: JsonObject = {"scheme": "https", "port": port, "statusCode": 301}
    return {
        "parentRefs": [{"name": plan.name, "sectionName": "http"}],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                "filters": [{"type": "RequestRedirect", "requestRedirect": redirect}],
            }
        ],
    }


def template(service: Service, plan: RouterPlan, config: str) -> JsonObject:
    """The template of its pods: the settings come first, since the controller rewrites them."""
    home = Mount(name="home", path=_HOME, volume={"emptyDir": {"sizeLimit": "64Mi"}})
    box = container(
        plan,
        [
            f"--controller-name={CONTROLLER}/{plan.class_name}",
            f"--gateway-ns-name={service.namespace}/{plan.name}",
            f"--hug-service-label={_NO_SERVICE}",
            "--disable-ipv6",
        ],
        (
            home,
            RUN,
            Mount(name="health", path="/run/haproxy", volume={"emptyDir": {"sizeLimit": "1Mi"}}),
            Mount(name="state", path="/var/state", volume={"emptyDir": {"sizeLimit": "16Mi"}}),
        ),
        # The program that starts its HAProxy carries this right and is not run without it.
        ("NET_BIND_SERVICE",),
    )
    settings = Mount(
        name="settings", path=f"/{_SEED}", volume={"configMap": {"name": config}}, read_only=True
    )
    return service.template(box, token=True, user=USER, init=_seeded(plan, home, settings))


def _seeded(plan: RouterPlan, home: Mount, settings: Mount) -> Container:
    """Its own image's router script and our settings, where the controller can rewrite them."""
    there = "/home/hug"
    written = Mount(name=home.name, path=there, volume={})
    script = (
        f"mkdir -p {there}/aux && cp {_HOME}/route.lua {there}/ "
        f"&& cp /{_SEED}/router.cfg {there}/haproxy.cfg"
    )
    return Container(
        name="seed",
        image=plan.image,
        cpu="100m",
        memory="32Mi",
        command=("/bin/sh", "-c", script),
        mounts=(written, settings),
    )
