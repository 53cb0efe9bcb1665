"""Where the names of databases lead: slices of Services without pods, relays, egress addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from pydantic import Field

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.ports import Protocol
from estate.proof.readers.selectors import Selector
from estate.proof.readers.strict import Loose, Metadata, Strict, Troubles, mapping

SERVICE_NAME = "kubernetes.io/service-name"
HAPROXY = "haproxy.cfg"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An address behind a Service that has no pods (F4)."""

    place: Place
    namespace: str
    service: str
    port_name: str
    address: IPv4Address
    port: int


@dataclass(frozen=True, kw_only=True)
class Alias:
    """A Service that is another name."""

    place: Place
    host: str


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Where HAProxy listens, and the one server that it connects to (F3)."""

    place: Place
    namespace: str
    config: str
    """The config map that says so."""
    bind: int
    address: IPv4Address
    port: int


@dataclass(frozen=True, kw_only=True)
class EgressAddress:
    """An address that connections of the selected pods leave by, on any egress node (F3)."""

    place: Place
    address: IPv4Address
    namespaces: Selector
    pods: Selector


class _Conditions(Strict):
    ready: Literal[True]


class _Endpoint(Strict):
    addresses: tuple[IPv4Address, ...]
    conditions: _Conditions


class _Port(Strict):
    name: str
    port: int
    protocol: Protocol = "TCP"
    appProtocol: str | None = None


class _Slice(Loose):
    addressType: Literal["IPv4"]
    endpoints: tuple[_Endpoint, ...]
    ports: tuple[_Port, ...]


class _Alias(Strict):
    type: Literal["ExternalName"]
    externalName: str


class _EgressSpec(Strict):
    egressIPs: tuple[IPv4Address, ...]
    namespaceSelector: Selector
    podSelector: Selector = Field(default_factory=Selector)


def read_endpoints(emitted: Emitted, troubles: Troubles) -> Iterator[Endpoint]:
    """Every address of every slice."""
    for place, body in emitted.of_kind("EndpointSlice"):
        metadata = troubles.read(Metadata, body["metadata"], place)
        found = troubles.read(_Slice, body, place)
        if metadata is None or found is None:
            continue
        for port in found.ports:
            for endpoint in found.endpoints:
                for address in endpoint.addresses:
                    yield Endpoint(
                        place=place.at(f"{address}:{port.port}"),
                        namespace=metadata.namespace,
                        service=metadata.labels.get(SERVICE_NAME, ""),
                        port_name=port.name,
                        address=address,
                        port=port.port,
                    )


def read_aliases(emitted: Emitted, troubles: Troubles) -> Iterator[tuple[tuple[str, str], Alias]]:
    """Services that are other names, by namespace and name."""
    for place, body in emitted.of_kind("Service"):
        if mapping(body["spec"]).get("type") == "ExternalName":
            metadata = troubles.read(Metadata, body["metadata"], place)
            spec = troubles.read(_Alias, body["spec"], place)
            if metadata and spec:
                key = (metadata.namespace, metadata.name)
                yield key, Alias(place=place, host=spec.externalName)


def read_egress_addresses(emitted: Emitted, troubles: Troubles) -> Iterator[EgressAddress]:
    """Every address of every EgressIP."""
    for place, body in emitted.of_kind("EgressIP"):
        if spec := troubles.read(_EgressSpec, body["spec"], place):
            for address in spec.egressIPs:
                yield EgressAddress(
                    place=place.at(str(address)),
                    address=address,
                    namespaces=spec.namespaceSelector,
                    pods=spec.podSelector,
                )


_SETTINGS = {
    "global": {"log", "maxconn", "hard-stop-after"},
    "defaults": {"mode", "log", "option", "timeout", "default-server"},
    "frontend": {"mode", "option", "timeout", "bind", "monitor-uri"},
    "listen": {"bind", "server"},
}
"""By section: what may stand there. A frontend without a backend passes nothing on."""

_ANSWERED = {
    "http-request deny unless { path /metrics }",
    "http-request use-service prometheus-exporter",
}
"""What else a frontend may say: it answers itself."""

_BIND = re.compile(r"bind :(\d+)")
_SERVER = re.compile(r"server \S+ ([0-9.]+):(\d+) check")


def read_listeners(emitted: Emitted, troubles: Troubles) -> Iterator[Listener]:
    """Every listener of every haproxy.cfg that a config map holds."""
    for place, body in emitted.of_kind("ConfigMap"):
        text = mapping(body.get("data")).get(HAPROXY)
        metadata = troubles.read(Metadata, body["metadata"], place)
        if not isinstance(text, str) or metadata is None:
            continue
        for head, lines in _sections(text):
            at = place.at(head)
            kind = head.partition(" ")[0]
            for line in lines:
                known = line.partition(" ")[0] in _SETTINGS.get(kind, ())
                if not known and not (kind == "frontend" and line in _ANSWERED):
                    troubles.refuse(at, f"'{line}' in this section of {HAPROXY}")
            if kind != "listen":
                continue
            binds = [one for line in lines if (one := _BIND.fullmatch(line))]
            servers = [one for line in lines if (one := _SERVER.fullmatch(line))]
            if len(binds) + len(servers) != len(lines) or len(binds) != 1 or len(servers) != 1:
                troubles.refuse(at, "not one port that is listened on and one server")
                continue
            yield Listener(
                place=at,
                namespace=metadata.namespace,
                config=metadata.name,
                bind=int(binds[0][1]),
                address=IPv4Address(servers[0][1]),
                port=int(servers[0][2]),
            )


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    head, lines = "", list[str]()
    for line in text.splitlines():
        if line and not line[0].isspace():
            if head:
                yield head, lines
            head, lines = line, []
        elif line.strip():
            lines.append(line.strip())
    if head:
        yield head, lines
