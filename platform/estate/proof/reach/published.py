"""What routers publish: host names and paths, from Ingresses, their classes and controllers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from estate.objects import JsonObject
from estate.proof.reach.emitted import Emitted, Place
from estate.proof.reach.reading import Metadata, Strict, Troubles, listed, mapping

CLASS = "--ingress.class="
SEES = "--namespace-whitelist="
ANSWERS_TO = "haproxy.org/ingress-controller/"
"""How HAProxy's controller is told what is its own, and what stands before its class."""


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
    port_name: str
    answers: str
    """What the controllers of its class answer to; empty where there is no such class."""


@dataclass(frozen=True, kw_only=True)
class Controller:
    """Pods that publish."""

    place: Place
    namespace: str
    labels: Mapping[str, str]
    answers: str
    sees: frozenset[str]
    """Namespaces."""


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
            for number, one in enumerate(rule.http.paths):
                yield Published(
                    place=place.at(f"rules[{index}].paths[{number}]"),
                    namespace=metadata.namespace,
                    host=rule.host,
                    path=one.path,
                    service=one.backend.service.name,
                    port_name=one.backend.service.port.name,
                    answers=answers.get(spec.ingressClassName, ""),
                )


def read_controllers(emitted: Emitted) -> Iterator[Controller]:
    """Every workload that is told a class."""
    for place, body in emitted.of_kind("Deployment", "DaemonSet", "StatefulSet"):
        template = mapping(mapping(body["spec"]).get("template"))
        for container in listed(mapping(template.get("spec")).get("containers")):
            arguments = [str(one) for one in listed(mapping(container).get("args"))]
            for one in arguments:
                if one.startswith(CLASS):
                    yield Controller(
                        place=place,
                        namespace=str(mapping(body["metadata"])["namespace"]),
                        labels=_labels(template),
                        answers=f"{ANSWERS_TO}{one.removeprefix(CLASS)}",
                        sees=frozenset(
                            other.removeprefix(SEES)
                            for other in arguments
                            if other.startswith(SEES)
                        ),
                    )


def _labels(template: JsonObject) -> dict[str, str]:
    labels = mapping(mapping(template.get("metadata")).get("labels"))
    return {key: str(value) for key, value in labels.items()}
