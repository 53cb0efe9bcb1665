"""What routers publish: host names and paths, from Ingresses, their classes and controllers.

What HTTPRoutes publish is read in :mod:`estate.proof.readers.http_routes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from estate.objects.manifest import JsonObject
from estate.proof.emitted import Emitted, Place
from estate.proof.readers.gateways import GatewayListener
from estate.proof.readers.strict import Metadata, Strict, Troubles, listed, mapping

CLASS = "--ingress.class="
SEES = "--namespace-whitelist="
ANSWERS_TO = "haproxy.org/ingress-controller/"
"""HAProxy's controller: the arguments that select its objects, and the prefix of its class."""

NAMED = "--controller-name="
GATEWAY = "--gateway-ns-name="
"""Its controller for gateways: the arguments for its name and its Gateway."""


class _PortName(Strict):
    name: str


class _Service(Strict):
    name: str
    port: _PortName


class _Backend(Strict):
    service: _Service


class _Path(Strict):
    path: str
    pathType: Literal["Prefix"]
    backend: _Backend


class _Http(Strict):
    paths: tuple[_Path, ...] = Field(min_length=1)


class _Rule(Strict):
    host: str = Field(min_length=1)
    http: _Http


class _Ingress(Strict):
    ingressClassName: str
    rules: tuple[_Rule, ...] = Field(min_length=1)


class _Class(Strict):
    controller: str


@dataclass(frozen=True, kw_only=True)
class Published:
    """One path of one host."""

    place: Place
    namespace: str
    host: str
    path: str
    service: str
    port: str | int
    """Of the Service: a name or a number."""
    answers: str
    """What the controllers of its class answer to; empty where there is no such class."""
    listener: GatewayListener | None = None
    """Where it is attached, if it is an HTTPRoute's."""


@dataclass(frozen=True, kw_only=True)
class Controller:
    """Pods that publish."""

    place: Place
    namespace: str
    labels: Mapping[str, str]
    answers: str
    sees: frozenset[str]
    """Namespaces; of a controller for gateways its Gateway says which."""
    gateway: str = ""
    """Namespace and name of the one Gateway that it serves."""

    def serves(self, rule: Published) -> bool:
        """Whether it publishes what the rule says."""
        if not rule.answers or self.answers != rule.answers:
            return False
        if rule.listener:
            return self.gateway == rule.listener.of
        return rule.namespace in self.sees


def read_published(emitted: Emitted, troubles: Troubles) -> Iterator[Published]:
    """Every path of every Ingress."""
    answers: dict[str, str] = {}
    for place, body in emitted.of_kind("IngressClass"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        spec = troubles.read(_Class, body["spec"], place)
        if metadata and spec:
            answers[metadata.name] = spec.controller
    for place, body in emitted.of_kind("Ingress"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        spec = troubles.read(_Ingress, body["spec"], place)
        if metadata is None or spec is None:
            continue
        for index, rule in enumerate(spec.rules):
            for number, path in enumerate(rule.http.paths):
                yield Published(
                    place=place.at(f"rules[{index}].paths[{number}]"),
                    namespace=metadata.namespace,
                    host=rule.host,
                    path=path.path,
                    service=path.backend.service.name,
                    port=path.backend.service.port.name,
                    answers=answers.get(spec.ingressClassName, ""),
                )


def read_controllers(emitted: Emitted) -> Iterator[Controller]:
    """Every workload with a class among its arguments."""
    for place, body in emitted.of_kind("Deployment", "DaemonSet", "StatefulSet"):
        template = mapping(mapping(body["spec"]).get("template"))
        for container in listed(mapping(template.get("spec")).get("containers")):
            arguments = [str(one) for one in listed(mapping(container).get("args"))]
            gateways = _values(arguments, GATEWAY)
            for answers in (
                *(f"{ANSWERS_TO}{one}" for one in _values(arguments, CLASS)),
                *_values(arguments, NAMED),
            ):
                yield Controller(
                    place=place,
                    namespace=str(mapping(body["metadata"])["namespace"]),
                    labels=_labels(template),
                    answers=answers,
                    sees=frozenset(_values(arguments, SEES)),
                    gateway=gateways[0] if gateways else "",
                )


def _values(arguments: list[str], name: str) -> list[str]:
    return [argument.removeprefix(name) for argument in arguments if argument.startswith(name)]


def _labels(template: JsonObject) -> dict[str, str]:
    labels = mapping(mapping(template.get("metadata")).get("labels"))
    return {key: str(value) for key, value in labels.items()}
