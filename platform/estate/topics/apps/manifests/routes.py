"""How a web app is published by its shard's routers (E10, E13, X7)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.labels import SKIP_AWAIT
from estate.objects.manifest import JsonObject, Manifest
from estate.topics.apps.manifests.objects import own
from estate.topics.apps.plan.model import AppPlan
from estate.topics.exposure.plan.model import ListenerPlan, RoutePlan


def route(plan: AppPlan) -> Iterator[Manifest]:
    """The app's names and published paths; for what they do not match there is no rule."""
    if plan.route is None or plan.listen is None:
        return
    if plan.route.listener:
        fields: JsonObject = {
            "spec": _attached(plan, plan.route, plan.route.listener, plan.listen.number)
        }
        yield own(plan, "gateway.networking.k8s.io/v1", "HTTPRoute", fields)
    else:
        fields = {"spec": _spec(plan, plan.route, plan.listen.name)}
        yield own(plan, "networking.k8s.io/v1", "Ingress", fields, annotations=SKIP_AWAIT)


def _attached(plan: AppPlan, route: RoutePlan, at: ListenerPlan, port: int) -> JsonObject:
    parent: JsonObject = {
        "namespace": at.namespace,
        "name": at.gateway,
        "sectionName": at.listener,
    }
    return {
        "parentRefs": [parent],
        "hostnames": list(route.hosts),
        "rules": [
            {
                "matches": [
                    {"path": match} for path in route.paths for match in path_matches(path)
                ],
                "backendRefs": [{"name": plan.name, "port": port}],
            }
        ],
    }


def path_matches(path: str) -> list[JsonObject]:
    """A path with everything below it, also where a prefix is taken character by character.

    By the standard ``PathPrefix: /offers`` ends at a path's elements. HAProxy's implementation
    says of itself that it also takes ``/offersecret``, so the path itself is matched as a whole.
    """
    below: JsonObject = {"type": "PathPrefix", "value": f"{path.rstrip('/')}/"}
    return [below] if path == "/" else [{"type": "Exact", "value": path}, below]


def _spec(plan: AppPlan, route: RoutePlan, port: str) -> JsonObject:
    backend: JsonObject = {"service": {"name": plan.name, "port": {"name": port}}}
    paths: list[JsonObject] = [
        {"path": path, "pathType": "Prefix", "backend": backend} for path in route.paths
    ]
    return {
        "ingressClassName": route.class_name,
        "rules": [{"host": host, "http": {"paths": paths}} for host in route.hosts],
    }


def settings(plan: AppPlan) -> dict[str, str]:
    """Annotations of the app's Service that routers read where an Ingress publishes it."""
    if plan.route is None or plan.route.listener:
        return {}
    seconds = plan.route.answer_within
    # https://github.com/haproxytech/kubernetes-ingress/commit/e2f797cdb7ef
    waits = {} if seconds is None else {"haproxy.org/timeout-server": f"{seconds}s"}
    return {**waits, **_stickiness(plan)}


def _stickiness(plan: AppPlan) -> dict[str, str]:
    """How routers keep a client on one pod.

    The cookie names a pod in the same way on every router; its name tells apps of one host apart.
    """
    match plan.route.stickiness if plan.route else "none":
        case "cookie":
            return {"haproxy.org/cookie-persistence": f"estate-{plan.name}"}
        case "source":
            return {"haproxy.org/load-balance": "source"}
        case _:
            return {}
