"""For each rule an object that breaks it and nothing else, and the same object as it passes.

Tests, documentation and the observation of enforcement read the same ones.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from estate.objects.manifest import JsonObject
from estate.reader.values import Zone
from estate.topics.admission.declare.rules import RuleName

_DIGEST = "sha256:" + "0" * 64
ROOTLESS = 10001


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where examples stand: what is right there."""

    namespace: str
    registry: str
    zone: Zone
    selector: dict[str, str]
    """The node selector of the namespace's pool."""
    node_port: int = 30000
    """One that the namespace was given, where it was given any."""
    ingress_class: str = "none"
    """That of its tenant's routers, where it publishes anything."""
    hosts: tuple[str, ...] = ()
    """Those that its apps declare."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """An object, and the path of the API that makes it."""

    path: str
    body: JsonObject


def passing(rule: RuleName, place: Place) -> Example:
    """An object that no rule refuses."""
    if rule == "node-port":
        return _service(place)
    if rule == "endpoints":
        return _service(place, {"selector": {"estate/app": "example"}, "ports": [{"port": 8080}]})
    if rule == "exposure":
        return _ingress(place)
    return _deployment(place, pod(place))


def failing(rule: RuleName, place: Place) -> Example:
    """An object that this rule refuses, and no other."""
    match rule:
        case "node-port":
            example = _service(place)
            return _changed(example, _with_any_port)
        case "endpoints":
            elsewhere: JsonObject = {
                "type": "ExternalName",
                "externalName": "example.kube-system.svc.cluster.local",
            }
            return _service(place, elsewhere)
        case "exposure":
            example = _ingress(place)
            return _changed(example, _with_another_class)
        case _:
            return _deployment(place, broken_pod(rule, place))


def broken_pod(rule: RuleName, place: Place) -> JsonObject:
    """A pod's ``spec`` that breaks one rule of pods."""
    spec: Any = pod(place)
    container = spec["containers"][0]
    match rule:
        case "image":
            container["image"] = "docker.io/library/nginx:latest"
        case "host-path":
            spec["volumes"] = [{"name": "node", "hostPath": {"path": "/var/log"}}]
        case "host-port":
            container["ports"] = [{"containerPort": 8080, "hostPort": 8080}]
        case "host-namespaces":
            spec["hostPID"] = True
        case "privilege":
            container["securityContext"] |= {"privileged": True, "allowPrivilegeEscalation": True}
        case "placement":
            spec["tolerations"] = [{"operator": "Exists"}]
        case "node-port" | "endpoints" | "exposure":
            raise ValueError(f"{rule} is no rule of pods")
    return spec


def pod(place: Place) -> JsonObject:
    """A pod's ``spec`` that no rule refuses."""
    return {
        "automountServiceAccountToken": False,
        "nodeSelector": dict(place.selector),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": ROOTLESS,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": "example",
                "image": f"{place.registry}/example@{_DIGEST}",
                "resources": {
                    "requests": {"cpu": "10m", "memory": "16Mi"},
                    "limits": {"cpu": "10m", "memory": "16Mi"},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    }


def as_pod(place: Place, spec: JsonObject) -> Example:
    """The pod itself, rather than what makes it."""
    body: JsonObject = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "estate-example", "namespace": place.namespace},
        "spec": spec,
    }
    return Example(path=f"/api/v1/namespaces/{place.namespace}/pods", body=body)


def _deployment(place: Place, spec: JsonObject) -> Example:
    labels = {"estate/app": "example"}
    body: JsonObject = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "estate-example", "namespace": place.namespace},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }
    return Example(path=f"/apis/apps/v1/namespaces/{place.namespace}/deployments", body=body)


def _service(place: Place, spec: JsonObject | None = None) -> Example:
    with_port: JsonObject = {
        "type": "NodePort",
        "selector": {"estate/app": "example"},
        "ports": [{"protocol": "TCP", "port": 8080, "nodePort": place.node_port}],
    }
    body: JsonObject = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "estate-example",
            "namespace": place.namespace,
            "labels": {"estate/zone": place.zone},
        },
        "spec": spec or with_port,
    }
    return Example(path=f"/api/v1/namespaces/{place.namespace}/services", body=body)


def _with_any_port(spec: Any) -> None:
    del spec["ports"][0]["nodePort"]


_TO_EXAMPLE: JsonObject = {
    "pathType": "Prefix",
    "backend": {"service": {"name": "example", "port": {"number": 8080}}},
}


def _ingress(place: Place) -> Example:
    """Not a Service: API servers may refuse one with addresses of its own before any policy."""
    body: JsonObject = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": "estate-example",
            "namespace": place.namespace,
            "labels": {"estate/zone": place.zone},
        },
        "spec": {
            "ingressClassName": place.ingress_class,
            "rules": [
                {"host": host, "http": {"paths": [{"path": "/", **_TO_EXAMPLE}]}}
                for host in place.hosts or ("example.invalid",)
            ],
        },
    }
    path = f"/apis/networking.k8s.io/v1/namespaces/{place.namespace}/ingresses"
    return Example(path=path, body=body)


def _with_another_class(spec: Any) -> None:
    spec["ingressClassName"] = "another"


def _changed(example: Example, change: Callable[[Any], None]) -> Example:
    body: Any = copy.deepcopy(example.body)
    change(body["spec"])
    return Example(path=example.path, body=body)
