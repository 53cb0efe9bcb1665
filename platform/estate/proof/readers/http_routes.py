"""HTTPRoutes: the hosts and paths that they publish, and what leads from HTTP to HTTPS (E10, E13).

A path is published with everything below it. Two matches say so: the path itself, and a prefix
that ends with a slash; any other form would be read as more by HAProxy's implementation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.gateways import GatewayListener
from estate.proof.readers.ingresses import Published
from estate.proof.readers.strict import Metadata, Strict, Troubles


class _Parent(Strict):
    namespace: str = ""
    name: str
    sectionName: str


class _Path(Strict):
    type: Literal["Exact", "PathPrefix"]
    value: str


class _Match(Strict):
    path: _Path


class _Backend(Strict):
    name: str
    port: int


class _Rule(Strict):
    matches: tuple[_Match, ...] = Field(min_length=1)
    backendRefs: tuple[_Backend]


class _Route(Strict):
    parentRefs: tuple[_Parent]
    hostnames: tuple[str, ...] = Field(min_length=1)
    rules: tuple[_Rule]


class _ToHttps(Strict):
    scheme: Literal["https"]
    port: int
    statusCode: Literal[301]


class _Filter(Strict):
    type: Literal["RequestRedirect"]
    requestRedirect: _ToHttps


class _Leading(Strict):
    matches: tuple[_Match]
    filters: tuple[_Filter]


class _Redirect(Strict):
    parentRefs: tuple[_Parent]
    rules: tuple[_Leading]


@dataclass(frozen=True, kw_only=True)
class Redirect:
    """Requests of a listener are redirected to HTTPS."""

    place: Place
    listener: GatewayListener
    port: int


Listeners = Mapping[tuple[str, str, str], GatewayListener]
"""By namespace and name of the Gateway, and the listener's name."""


def by_name(listeners: Iterable[GatewayListener]) -> Listeners:
    """How parentRefs find listeners."""
    return {
        (listener.namespace, listener.gateway, listener.name): listener for listener in listeners
    }


def read_attached(
    emitted: Emitted, listeners: Listeners, troubles: Troubles
) -> Iterator[Published | Redirect]:
    """What every HTTPRoute says."""
    for place, body in emitted.of_kind("HTTPRoute"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        publishes = "hostnames" in str(body["spec"])
        spec = troubles.read(_Route if publishes else _Redirect, body["spec"], place)
        if metadata is None or spec is None:
            continue
        (parent,) = spec.parentRefs
        key = (parent.namespace or metadata.namespace, parent.name, parent.sectionName)
        listener = listeners.get(key)
        if listener is None or metadata.namespace not in listener.namespaces:
            troubles.refuse(
                place.at("parentRefs"),
                f"no listener {'/'.join(key)} lets routes of '{metadata.namespace}' attach",
                "The Gateway of its tenant's shard has to have the listener, and allow it",
            )
        elif isinstance(spec, _Route):
            yield from _published(place, metadata.namespace, spec, listener, troubles)
        else:
            port = spec.rules[0].filters[0].requestRedirect.port
            yield Redirect(place=place, listener=listener, port=port)


def _published(
    place: Place, namespace: str, spec: _Route, listener: GatewayListener, troubles: Troubles
) -> Iterator[Published]:
    (rule,) = spec.rules
    (backend,) = rule.backendRefs
    for path in _paths(place, rule, troubles):
        for host in spec.hostnames:
            yield Published(
                place=place.at(f"{host}{path}"),
                namespace=namespace,
                host=host,
                path=path,
                service=backend.name,
                port=backend.port,
                answers=listener.answers,
                listener=listener,
            )


def _paths(place: Place, rule: _Rule, troubles: Troubles) -> list[str]:
    whole = {one.path.value for one in rule.matches if one.path.type == "Exact"}
    below = {one.path.value for one in rule.matches if one.path.type == "PathPrefix"}
    if {f"{one}/" for one in whole} != below - {"/"}:
        troubles.refuse(
            place.at("matches"), "a path is not matched together with everything below it"
        )
    return sorted(one.rstrip("/") or "/" for one in below)
