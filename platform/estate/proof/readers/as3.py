"""The F5: virtual servers and the nodes behind them, from the AS3 declaration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from estate.objects.manifest import JsonObject
from estate.proof.emitted import Emitted, Place
from estate.proof.readers.addresses import address
from estate.proof.readers.as3_logs import Use, sends_to
from estate.proof.readers.ports import Protocol
from estate.proof.readers.strict import Strict, Troubles, listed, mapping
from estate.reader.addresses import EVERYBODY

DECLARATION = "f5/as3.json"
_ABOUT = {"class", "schemaVersion", "id", "label", "remark", "updateMode", "template"}


class _Member(Strict):
    servicePort: int
    serverAddresses: Annotated[
        tuple[IPv4Address, ...],
        BeforeValidator(lambda found: tuple(address(str(one)) for one in listed(found))),
    ]
    shareNodes: bool = False


class _Told(Strict):
    """Built into the device."""

    bigip: str


class _SnatPool(Strict):
    class_: Literal["SNAT_Pool"] = Field(alias="class")
    snatAddresses: tuple[IPv4Address, ...] = Field(min_length=1)


class _HttpProfile(Strict):
    """How requests are read: nothing of it opens or closes a way."""

    class_: Literal["HTTP_Profile"] = Field(alias="class")
    xForwardedFor: bool


class _Pool(Strict):
    class_: Literal["Pool"] = Field(alias="class")
    loadBalancingMode: str = ""
    monitors: tuple[Use | _Told, ...] = ()
    members: tuple[_Member, ...] = ()


class _Service(Strict):
    class_: Literal["Service_TCP", "Service_UDP", "Service_HTTP", "Service_HTTPS"] = Field(
        alias="class"
    )
    virtualAddresses: tuple[str | tuple[str, str], ...]
    virtualPort: int
    pool: str
    persistenceMethods: tuple[str, ...] = ()
    snat: Literal["auto", "none"] | Use
    serverTLS: JsonObject | None = None
    profileHTTP: Use | None = None
    redirect80: Literal[False] = False
    """Otherwise a second virtual server would answer on port 80."""
    metadata: JsonObject = Field(default_factory=dict[str, object])
    profileTrafficLog: Use | None = None
    iRules: tuple[Use, ...] = Field(default=(), max_length=1)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A node and the port that it is asked on."""

    place: Place
    address: IPv4Address
    port: int


@dataclass(frozen=True, kw_only=True)
class VirtualServer:
    """What clients connect to."""

    place: Place
    address: IPv4Address
    port: int
    protocol: Protocol = "TCP"
    clients: tuple[tuple[Place, IPv4Network], ...]
    """Who may connect; the whole address space where everybody may."""
    translates: bool
    """Members see the F5's own addresses instead of the client's."""
    members: tuple[Member, ...]
    monitored: bool
    """A member that does not answer is left out."""
    asked_on: tuple[int, ...] = ()
    """Where monitors ask each member, beside the ports that it serves on."""
    snat_pool: tuple[IPv4Address, ...] = ()
    """What members see in place of the client, beside the F5's own addresses."""
    logs_to: tuple[Member, ...] = ()
    """Where the device sends its access log."""
    pair: str = ""
    """The pair of hosts that answers; none where the F5 does."""
    at_nodes: bool = False
    """The nodes themselves answer: packets reach them at the virtual address and its port."""


def read_virtual_servers(emitted: Emitted, troubles: Troubles) -> Iterator[VirtualServer]:
    """Every virtual server of every partition."""
    text = emitted.texts.get(DECLARATION)
    if text is None:
        return
    top = emitted.document(DECLARATION)
    for tenant, partition in _objects(mapping(json.loads(text)), top, "Tenant", troubles):
        for name, application in _objects(
            partition, Place(top.file, tenant), "Application", troubles
        ):
            yield from _virtual_servers(application, Place(top.file, f"{tenant}.{name}"), troubles)


def _objects(
    body: JsonObject, place: Place, kind: str, troubles: Troubles
) -> Iterator[tuple[str, JsonObject]]:
    for name, one in body.items():
        if name in _ABOUT:
            continue
        found = mapping(one)
        if found.get("class") == kind:
            yield name, found
        else:
            at = Place(place.file, f"{place.item}.{name}".strip("."))
            troubles.refuse(at, f"a '{found.get('class', 'value')}' where a {kind} is expected")


@dataclass(frozen=True)
class _Application:
    """The objects of one application that decide about connections, by name."""

    pools: dict[str, _Pool]
    services: dict[str, _Service]
    monitors: dict[str, int]
    snat_pools: dict[str, _SnatPool]
    request_logs: dict[str, str]
    """The pool that a profile or a rule sends to."""
    profiles: dict[str, _HttpProfile | None]


def _application(application: JsonObject, place: Place, troubles: Troubles) -> _Application:
    read = _Application({}, {}, {}, {}, {}, {})
    for name, one in ((key, value) for key, value in application.items() if key not in _ABOUT):
        at = Place(place.file, f"{place.item}.{name}")
        match mapping(one).get("class"):
            case "Pool":
                if pool := troubles.read(_Pool, one, at):
                    read.pools[name] = pool
            case "Service_TCP" | "Service_UDP" | "Service_HTTP" | "Service_HTTPS":
                if service := troubles.read(_Service, one, at):
                    read.services[name] = service
            case "SNAT_Pool":
                if found := troubles.read(_SnatPool, one, at):
                    read.snat_pools[name] = found
            case "HTTP_Profile":
                read.profiles[name] = troubles.read(_HttpProfile, one, at)
            case "Monitor":
                read.monitors[name] = int(str(mapping(one).get("targetPort", 0)))
            case other:
                read.request_logs[name] = sends_to(other, one, at, troubles)
    return read


def _virtual_servers(
    application: JsonObject, place: Place, troubles: Troubles
) -> Iterator[VirtualServer]:
    read = _application(application, place, troubles)
    for name, service in read.services.items():
        at = Place(place.file, f"{place.item}.{name}")
        pool = read.pools.get(service.pool)
        if pool is None:
            troubles.refuse(at, f"its pool '{service.pool}' does not stand beside it")
            continue
        if service.profileHTTP and service.profileHTTP.use not in read.profiles:
            troubles.refuse(at, f"its profile '{service.profileHTTP.use}' does not stand beside it")
            continue
        addresses: tuple[IPv4Address, ...] = ()
        if isinstance(service.snat, Use):
            if service.snat.use not in read.snat_pools:
                troubles.refuse(at, f"its SNAT pool '{service.snat.use}' does not stand beside it")
                continue
            addresses = read.snat_pools[service.snat.use].snatAddresses
        asked = {
            port
            for monitor in pool.monitors
            if isinstance(monitor, Use) and (port := read.monitors.get(monitor.use, 0))
        }
        beside = Place(place.file, f"{place.item}.{service.pool}")
        logs_to = _logs_to(read, service, place)
        for server in _of_service(at, beside, service, pool, tuple(sorted(asked))):
            yield replace(server, snat_pool=addresses, logs_to=logs_to)


def _of_service(
    at: Place, beside: Place, service: _Service, pool: _Pool, asked_on: tuple[int, ...]
) -> Iterator[VirtualServer]:
    clients: dict[str, list[tuple[Place, IPv4Network]]] = {}
    for index, virtual_address in enumerate(service.virtualAddresses):
        virtual, client = (
            (virtual_address, str(EVERYBODY))
            if isinstance(virtual_address, str)
            else virtual_address
        )
        where = Place(at.file, f"{at.item}.virtualAddresses[{index}]")
        clients.setdefault(virtual, []).append((where, IPv4Network(client)))
    members = _members(pool, beside)
    for virtual, accepted in clients.items():
        yield VirtualServer(
            place=at,
            address=address(virtual),
            port=service.virtualPort,
            protocol="UDP" if service.class_ == "Service_UDP" else "TCP",
            clients=tuple(accepted),
            translates=service.snat != "none",
            members=members,
            monitored=bool(pool.monitors),
            asked_on=asked_on,
        )


def _members(pool: _Pool, beside: Place) -> tuple[Member, ...]:
    return tuple(
        Member(
            place=Place(beside.file, f"{beside.item}.members[{index}] {node}"),
            address=node,
            port=member.servicePort,
        )
        for index, member in enumerate(pool.members)
        for node in member.serverAddresses
    )


def _logs_to(read: _Application, service: _Service, place: Place) -> tuple[Member, ...]:
    used = [*service.iRules, *([service.profileTrafficLog] if service.profileTrafficLog else [])]
    pools = [read.request_logs.get(use.use, "") for use in used]
    return tuple(
        member
        for name in pools
        if name in read.pools
        for member in _members(read.pools[name], Place(place.file, f"{place.item}.{name}"))
    )
