"""Services of an AS3 declaration as virtual servers, and what of them has no counterpart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from estate.importing.f5.declaration import Application, applications, items, mapping
from estate.importing.f5.model import Device, Json, Left, Monitor, VirtualServer
from estate.topics.exposure.documents.access_logs import AccessLog

_PERSISTENCE: Mapping[str, Literal["source", "cookie"]] = {
    "cookie": "cookie",
    "source-address": "source",
}
_CARRIED = frozenset(
    {
        *("class", "label", "remark", "metadata", "virtualAddresses", "virtualPort", "pool"),
        *("persistenceMethods", "snat", "serverTLS", "profileHTTP", "redirect80", "layer4"),
        *("sourceAddress", "enable", "adminState"),
    }
)
_DEFAULTS: Json = {
    "addressStatus": True,
    "httpMrfRoutingEnabled": False,
    "lastHop": "default",
    "maxConnections": 0,
    "mirroring": "none",
    "mqttEnabled": False,
    "nat64Enabled": False,
    "profileL4": "basic",
    "profileTCP": "normal",
    "profileUDP": "normal",
    "rateLimit": 0,
    "serversslUseSni": False,
    "serviceDownImmediateAction": "none",
    "shareAddresses": False,
    "translateClientPort": False,
    "translateServerAddress": True,
    "translateServerPort": True,
    "virtualType": "standard",
}
_REASONS: Mapping[str, str] = {
    "allowVlans": "a vip is declared for clients' ranges, not for VLANs",
    "clientTLS": "TLS towards members: `listen: {tls: true}` where the app itself ends TLS",
    "iRules": "the estate declares no iRule of an app",
    "policyWAF": "the estate declares no policy of a web application firewall",
    "profileTrafficLog": "access logs follow from estate:logging",
}
_OWN_LOGS: Mapping[str, object] = {
    "iRules": [{"use": AccessLog.CONNECTIONS}],
    "profileTrafficLog": {"use": AccessLog.REQUESTS},
}
"""By which the estate's own declarations log; they follow from estate:logging."""


@dataclass(frozen=True, kw_only=True)
class _Pool:
    members: frozenset[str]
    ports: frozenset[int]
    monitor: Monitor | None


def virtual_servers(adc: Json) -> Device:
    """Every virtual server that has a counterpart in declarations."""
    found: list[VirtualServer] = []
    left: list[Left] = []
    for application in applications(adc):
        for name, service in application.services():
            found += _of_service(application, name, service)
        left += application.left
    return Device(servers=tuple(found), left=tuple(left))


def _of_service(of: Application, name: str, service: Json) -> Iterator[VirtualServer]:
    kind = str(service["class"])
    if service.get("enable") is False or service.get("adminState", "enable") != "enable":
        of.omit(name, "enable", "the virtual server is disabled")
        return
    http = kind in ("Service_HTTP", "Service_HTTPS")
    port = service.get("virtualPort", {"Service_HTTP": 80, "Service_HTTPS": 443}.get(kind))
    if not isinstance(port, int) or not port:
        of.omit(name, "virtualPort", "a vip has one port, and this is none")
        return
    pool = _pool(of, name, service)
    if pool is None:
        return
    snat, addresses = _snat(of, name, service)
    for address, clients in _addresses(of, name, service).items():
        yield VirtualServer(
            place=of.place(name),
            address=address,
            port=port,
            udp=kind == "Service_UDP" or service.get("layer4") == "udp",
            http=http,
            clients=tuple(clients),
            members=pool.members,
            member_ports=pool.ports,
            monitor=pool.monitor,
            stickiness=_stickiness(of, name, service, http=http),
            snat=snat,
            snat_addresses=addresses,
            profile=_profile(of, name, service),
        )
    _rest(of, name, service)


def _addresses(of: Application, name: str, service: Json) -> dict[str, list[str]]:
    """Each virtual address with the ranges that may connect; none for everybody."""
    found: dict[str, list[str]] = {}
    everywhere = service.get("sourceAddress")
    for one in items(service.get("virtualAddresses")):
        pair = items(one)
        virtual, client = (pair[0], pair[1]) if len(pair) == 2 else (one, everywhere)
        if not isinstance(virtual, str):
            _, target = of.pointed(virtual)
            virtual = target.get("virtualAddress")
        address = _plain(virtual)
        if not address:
            of.omit(name, "virtualAddresses", f"{one!r} is no IPv4 address that stands here")
            continue
        clients = found.setdefault(address, [])
        if isinstance(client, str):
            if client not in ("0.0.0.0/0", "any"):
                clients.append(client if "/" in client else f"{client}/32")
        elif client is not None:
            of.omit(name, "virtualAddresses", f"the clients of {address} stand in a list elsewhere")
    if not isinstance(service.get("virtualAddresses"), list):
        of.omit(name, "virtualAddresses", "the addresses stand in a list elsewhere")
    return found


def _plain(address: object) -> str:
    """An IPv4 address without route domain and prefix length; empty for anything else."""
    match = re.fullmatch(r"(\d+\.\d+\.\d+\.\d+)(?:%\d+)?(?:/32)?", str(address))
    return match[1] if match else ""


def _stickiness(
    of: Application, name: str, service: Json, *, http: bool
) -> Literal["none", "source", "cookie"]:
    default = ["cookie"] if http else ["source-address"]
    methods = items(service.get("persistenceMethods", default))
    if not methods:
        return "none"
    method = methods[0]
    if not isinstance(method, str):
        _, persist = of.pointed(method)
        method = persist.get("persistenceMethod", method)
        of.omit(name, "persistenceMethods", "settings of a profile of its own: the method counts")
    if isinstance(method, str) and method in _PERSISTENCE:
        return _PERSISTENCE[method]
    of.omit(name, "persistenceMethods", f"a vip keeps clients by source or cookie, not by {method}")
    return "none"


def _snat(
    of: Application, name: str, service: Json
) -> tuple[Literal["auto", "none"], tuple[str, ...]]:
    snat = service.get("snat", "auto")
    if snat in ("auto", "none"):
        return ("none" if snat == "none" else "auto"), ()
    if snat == "self":
        of.omit(name, "snat", "members see the virtual address: a vip has auto or none")
        return "auto", ()
    _, pool = of.pointed(snat)
    addresses = [_plain(one) for one in items(pool.get("snatAddresses"))]
    if not addresses or not all(addresses):
        of.omit(name, "snat", "the addresses of its SNAT pool do not stand in this declaration")
        return "auto", ()
    return "auto", tuple(addresses)


def _profile(of: Application, name: str, service: Json) -> str:
    tls = service.get("serverTLS")
    if tls is None:
        return ""
    bigip = mapping(tls).get("bigip")
    if not isinstance(bigip, str):
        of.omit(
            name,
            "serverTLS",
            "its certificate stands in this declaration: install a client SSL profile on the "
            "device and name it as vip.tls.client_profile",
        )
        return ""
    if service["class"] == "Service_HTTPS":
        if service.get("redirect80", True):
            of.omit(name, "redirect80", "a vip has one port: the redirect from port 80 goes")
        return bigip
    of.omit(name, "serverTLS", "a vip ends TLS with protocol: http alone, and this passes bytes")
    return ""


def _pool(of: Application, name: str, service: Json) -> _Pool | None:
    pointer = service.get("pool")
    called, pool = of.pointed(pointer)
    if pool.get("class") != "Pool":
        why = "it has no pool" if pointer is None else "its pool does not stand in this declaration"
        of.omit(name, "pool", why)
        return None
    addresses: set[str] = set()
    ports: set[int] = set()
    for member in map(mapping, items(pool.get("members"))):
        if member.get("addressDiscovery", "static") != "static":
            of.omit(called, "members", f"members by discovery ({member['addressDiscovery']})")
            continue
        if member.get("enable") is False or member.get("adminState", "enable") != "enable":
            of.omit(called, "members", f"{member.get('serverAddresses')} are switched off")
        if isinstance(member.get("servicePort"), int):
            ports.add(int(str(member["servicePort"])))
        named = [mapping(one).get("address") for one in items(member.get("servers"))]
        addresses |= {
            plain
            for one in (*items(member.get("serverAddresses")), *named)
            if (plain := _plain(one))
        }
    mode = pool.get("loadBalancingMode", "round-robin")
    if mode != "round-robin":
        of.omit(called, "loadBalancingMode", f"members take turns (round-robin), not {mode}")
    return _Pool(
        members=frozenset(addresses), ports=frozenset(ports), monitor=_monitor(of, called, pool)
    )


def _monitor(of: Application, pool_name: str, pool: Json) -> Monitor | None:
    """The first one over HTTP whose request stands here, or over TCP."""
    for one in items(pool.get("monitors")):
        called, monitor = of.pointed(one)
        kind = monitor.get("monitorType")
        if kind == "tcp":
            every = int(str(monitor.get("interval", 5)))
            return Monitor(secure=False, path="", host="", interval=every)
        request = re.match(r"GET (\S+)", str(monitor.get("send", "")))
        if kind not in ("http", "https") or not request:
            said = called if isinstance(one, str) else str(mapping(one).get("bigip", called))
            of.omit(pool_name, "monitors", f"'{said}' sends no HTTP request that stands here")
            continue
        host = re.search(r"(?:\\r\\n|\r\n)host: *([^\\\r\s]+)", str(monitor["send"]), re.IGNORECASE)
        return Monitor(
            secure=kind == "https",
            path=request[1],
            host=host[1] if host else "",
            interval=int(str(monitor.get("interval", 5))),
        )
    return None


def _rest(of: Application, name: str, service: Json) -> None:
    """Properties that no key of a vip says."""
    for key, value in service.items():
        if key in _CARRIED or _DEFAULTS.get(key) == value or _OWN_LOGS.get(key) == value:
            continue
        of.omit(name, key, _REASONS.get(key, "no key of a vip says it"))
    if "profileHTTP" in service:
        _, profile = of.pointed(service["profileHTTP"])
        for key in profile.keys() - {"class", "xForwardedFor", "label", "remark"}:
            of.omit(name, f"profileHTTP.{key}", "no key of a vip says it")
