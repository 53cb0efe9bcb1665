"""Gateways: where HTTPRoutes attach, and those of which namespaces may (C5, E10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.strict import Metadata, Strict, Troubles

GROUP = "gateway.networking.k8s.io"


class _Class(Strict):
    controllerName: str


class _Kind(Strict):
    group: Literal["gateway.networking.k8s.io"]
    kind: Literal["HTTPRoute"]


class _Among(Strict):
    key: Literal["kubernetes.io/metadata.name"]
    operator: Literal["In"]
    values: tuple[str, ...] = Field(min_length=1)


class _Selector(Strict):
    matchExpressions: tuple[_Among] = Field()


class _Selected(Strict):
    by: Literal["Selector"] = Field(alias="from")
    selector: _Selector


class _Same(Strict):
    by: Literal["Same"] = Field(alias="from")


class _Allowed(Strict):
    kinds: tuple[_Kind]
    namespaces: _Selected | _Same


class _Certificate(Strict):
    group: Literal[""]
    kind: Literal["Secret"]
    name: str


class _Tls(Strict):
    mode: Literal["Terminate"]
    certificateRefs: tuple[_Certificate]


class _Listener(Strict):
    name: str
    port: int
    protocol: Literal["HTTP", "HTTPS"]
    tls: _Tls | None = None
    allowedRoutes: _Allowed


class _Gateway(Strict):
    gatewayClassName: str
    listeners: tuple[_Listener, ...] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True)
class GatewayListener:
    """A port of a Gateway."""

    place: Place
    namespace: str
    gateway: str
    name: str
    port: int
    secure: bool
    """It speaks TLS."""
    answers: str
    """What the controller of its class answers to; empty where there is no such class."""
    namespaces: tuple[str, ...]
    """Those whose HTTPRoutes may attach."""

    @property
    def of(self) -> str:
        """The Gateway, from its controller's arguments."""
        return f"{self.namespace}/{self.gateway}"

    def lets(self, namespace: str) -> Place:
        """Where it says that HTTPRoutes of a namespace may attach."""
        return self.place.at(f"allowedRoutes {namespace}")


def read_gateways(emitted: Emitted, troubles: Troubles) -> Iterator[GatewayListener]:
    """Every listener of every Gateway."""
    answers: dict[str, str] = {}
    for place, body in emitted.of_kind("GatewayClass"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        spec = troubles.read(_Class, body["spec"], place)
        if metadata and spec:
            answers[metadata.name] = spec.controllerName
    for place, body in emitted.of_kind("Gateway"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        spec = troubles.read(_Gateway, body["spec"], place)
        if metadata is None or spec is None:
            continue
        for listener in spec.listeners:
            at = place.at(f"listeners {listener.name}")
            if (listener.protocol == "HTTPS") != (listener.tls is not None):
                troubles.refuse(at, "TLS is for HTTPS alone, and HTTPS needs it")
            allowed = listener.allowedRoutes.namespaces
            yield GatewayListener(
                place=at,
                namespace=metadata.namespace,
                gateway=metadata.name,
                name=listener.name,
                port=listener.port,
                secure=listener.protocol == "HTTPS",
                answers=answers.get(spec.gatewayClassName, ""),
                namespaces=(
                    allowed.selector.matchExpressions[0].values
                    if isinstance(allowed, _Selected)
                    else (metadata.namespace,)
                ),
            )
