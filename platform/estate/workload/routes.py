"""How a web app is published by its shard's routers (E10, E13, X7)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects import JsonObject, Manifest
from estate.objects.labels import SKIP_AWAIT
from estate.plan.model.apps import AppPlan
from estate.plan.model.exposure import RoutePlan
from estate.workload.own import own


def ingress(plan: AppPlan) -> Iterator[Manifest]:
    """The app's names and published paths; for what they do not match there is no rule."""
    if plan.route and plan.listen:
        fields: JsonObject = {"spec": _spec(plan, plan.route, plan.listen.name)}
        yield own(plan, "networking.k8s.io/v1", "Ingress", fields, annotations=SKIP_AWAIT)


def _spec(plan: AppPlan, route: RoutePlan, port: str) -> JsonObject:
    backend: JsonObject = {"service": {"name": plan.name, "port": {"name": port}}}
    paths: list[JsonObject] = [
        {"path": path, "pathType": "Prefix", "backend": backend} for path in route.paths
    ]
    return {
        "ingressClassName": route.ingress_class,
        "rules": [{"host": host, "http": {"paths": paths}} for host in route.hosts],
    }


def stickiness(plan: AppPlan) -> dict[str, str]:
    """Annotations of the app's Service by which routers keep a client on one pod.

    The cookie names a pod in the same way on every router; its name tells apps of one host apart.
    """
    match plan.route.stickiness if plan.route else "none":
        case "cookie":
            return {"haproxy.org/cookie-persistence": f"estate-{plan.name}"}
        case "source":
            return {"haproxy.org/load-balance": "source"}
        case _:
            return {}
