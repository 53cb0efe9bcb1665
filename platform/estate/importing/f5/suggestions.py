"""Virtual servers of a device held against apps: the `vip` of each, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from estate.importing.declared import Present, WrittenApp
from estate.importing.f5.declaration import mapping
from estate.importing.f5.model import Left, Monitor, VirtualServer
from estate.importing.reading import read_as, said
from estate.reader.values import Protocol
from estate.topics.apps.declare import reached
from estate.topics.exposure.declare.load_balancers import F5
from estate.topics.exposure.declare.node_ports import PLATFORM

Json = dict[str, Any]
Known = Mapping[tuple[str, int, Protocol], str]
"""What the estate derives for the platform itself: by address, port and protocol, its name."""


@dataclass(kw_only=True)
class _Found:
    app: WrittenApp
    why: str
    tcp: VirtualServer | None = None
    udp: VirtualServer | None = None


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What the device says of one app, in keys of its file."""

    file: str
    app: str
    why: str
    """What it was found by."""
    keys: Json
    same: bool
    """The file says the same already."""


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """All that a declaration says."""

    apps: tuple[Suggestion, ...]
    platform: tuple[str, ...]
    """Virtual servers that the estate derives for services of the platform."""
    left: tuple[Left, ...]


@dataclass(frozen=True, kw_only=True)
class _Matching:
    present: Present
    named: Mapping[str, str]
    """By place, the app that a person named."""
    known: Known
    found: dict[str, _Found] = field(default_factory=dict[str, _Found])
    platform: list[str] = field(default_factory=list[str])
    left: list[Left] = field(default_factory=list[Left])


def suggestions(
    servers: tuple[VirtualServer, ...], present: Present, named: Mapping[str, str], known: Known
) -> Suggestions:
    """Each virtual server as its app's ``vip``."""
    matching = _Matching(present=present, named=named, known=known)
    for server in servers:
        _match(matching, server)
    apps = [_suggestion(matching, one) for one in matching.found.values()]
    return Suggestions(
        apps=tuple(sorted((one for one in apps if one), key=lambda one: one.file)),
        platform=tuple(matching.platform),
        left=tuple(matching.left),
    )


def _match(matching: _Matching, server: VirtualServer) -> None:
    protocol: Protocol = "UDP" if server.udp else "TCP"
    if name := matching.known.get((server.address, server.port, protocol)):
        matching.platform.append(f"{server.place}: {name}")
        return
    app, why = _app_of(matching, server, protocol)
    if app is None:
        matching.left.append(Left(what=server.place, why=why))
        return
    one = matching.found.setdefault(app.file, _Found(app=app, why=why))
    there = one.udp if server.udp else one.tcp
    other = one.tcp if server.udp else one.udp
    if there or (other and other.address != server.address):
        matching.left.append(
            Left(
                what=server.place,
                why=f"{app.app} has one vip, and {(there or other or server).place} is it",
            )
        )
    elif server.udp:
        one.udp = server
    else:
        one.tcp = server


def _app_of(
    matching: _Matching, server: VirtualServer, protocol: Protocol
) -> tuple[WrittenApp | None, str]:
    """The app behind a virtual server and what it was found by, or why there is none."""
    present = matching.present
    if chosen := matching.named.get(server.place):
        own = [one for one in present.apps if one.app == chosen]
        return (own[0], "named by --app") if own else (None, f"no app is called '{chosen}'")
    owners = {
        owner
        for port in server.member_ports
        if (owner := present.node_ports.get((port, protocol))) and server.members & present.nodes
    }
    if len(owners) == 1:
        owner = owners.pop()
        own = [one for one in present.apps if one.owner == owner]
        if own:
            ports = ", ".join(map(str, sorted(server.member_ports)))
            return own[0], f"node port {ports}"
        if owner.startswith(f"{PLATFORM}/"):
            return None, f"it serves {owner}, whose virtual server follows from the stack file"
        return None, f"no file of apps/ declares {owner}, which holds its node port"
    here = [one for one in present.apps if str(one.part("vip").get("address")) == server.address]
    if len(here) == 1:
        return here[0], f"virtual address {server.address}"
    return None, _no_app(present, server)


def _no_app(present: Present, server: VirtualServer) -> str:
    ports = ", ".join(map(str, sorted(server.member_ports))) or "none"
    text = f"no app has the virtual address {server.address} or its members' port {ports}"
    if not server.members & present.nodes:
        text += f", and no member is a node of {present.zone}"
    listening = [
        one.app for one in present.apps if one.part("listen").get("port") in server.member_ports
    ]
    if listening:
        text += f". Containers that listen there: {', '.join(sorted(listening))}"
    return f"{text}. Name the app with --app {server.place}=APP"


def _suggestion(matching: _Matching, one: _Found) -> Suggestion | None:
    server = one.tcp or one.udp
    assert server
    present, app = matching.present, one.app
    vip: Json = {"address": server.address}
    if one.tcp:
        vip["port"] = one.tcp.port
    vip |= _of_clients(matching, app, server)
    vip |= _of_members(matching, app, server)
    listen: Json = {}
    keys: Json = {}
    ports = sorted(server.member_ports)
    if len(ports) == 1 and server.members & present.nodes and one.tcp:
        listen["node_port"] = ports[0]
    if monitor := server.monitor:
        if 5 <= monitor.interval <= 60:
            vip |= {"interval": monitor.interval} if monitor.interval != 5 else {}
        else:
            why = f"seconds between checks are 5 to 60, and these are {monitor.interval}"
            matching.left.append(Left(what=f"{server.place}.monitor.interval", why=why))
        vip |= _names(app, monitor)
        if monitor.path and (monitor.secure or app.part("listen").get("tls")):
            listen["tls"] = monitor.secure
        keys["health"] = _health(app, monitor)
    if one.tcp:
        vip |= {"protocol": "http"} if one.tcp.http else {}
        vip |= {"tls": {"client_profile": one.tcp.profile}} if one.tcp.profile else {}
    udp = _datagrams(app, one.udp) if one.udp else {}
    _, problems = read_as(reached.VirtualServer, vip)
    if problems:
        where = f"{server.place}: vip.{problems[0].key_path}"
        matching.left.append(Left(what=where, why=said(problems[0])))
        return None
    keys = {
        **({"listen": listen} if listen else {}),
        "vip": vip,
        **({"udp": udp} if udp else {}),
        **keys,
    }
    _outside(matching, server)
    return Suggestion(
        file=app.file, app=app.app, why=one.why, keys=keys, same=_same(present, app, keys)
    )


def _of_clients(matching: _Matching, app: WrittenApp, server: VirtualServer) -> Json:
    """What is written of clients: stickiness, source addresses, ranges."""
    found: Json = {}
    if server.stickiness != "none":
        found["stickiness"] = server.stickiness
    if server.snat == "none":
        found["snat"] = "none"
    if server.clients:
        found["clients"] = list(server.clients)
    balancer = matching.present.stack.load_balancer
    tenant = str(app.keys.get("tenant"))
    own = balancer.snat_pool(tenant) if isinstance(balancer, F5) else ()
    if server.snat_addresses and {*map(str, own)} != {*server.snat_addresses}:
        addresses = ", ".join(server.snat_addresses)
        why = (
            f"declare it in the stack file: snat_pools of estate:load_balancer, "
            f"{{tenant: {tenant}, addresses: [{addresses}]}}"
        )
        matching.left.append(Left(what=f"{server.place}.snat", why=why))
    return found


def _of_members(matching: _Matching, app: WrittenApp, server: VirtualServer) -> Json:
    """Members are every node of the zone, or the nodes of the app's pool."""
    present = matching.present
    pool = present.pools.get(present.pool_of(app), frozenset[str]())
    fits = [name for name, own in (("all", present.nodes), ("pool", pool)) if own == server.members]
    declared = app.part("vip").get("members", "all")
    chosen = str(declared) if declared in fits or not fits else fits[0]
    if not fits:
        count = len(server.members & present.nodes)
        why = (
            f"a vip has every node of the zone ({len(present.nodes)}) or of the app's pool "
            f"({len(pool)}); here are {count} of them and {len(server.members) - count} others"
        )
        matching.left.append(Left(what=f"{server.place}.pool.members", why=why))
    return {} if chosen == "all" else {"members": chosen}


def _health(app: WrittenApp, monitor: Monitor) -> object:
    """What the device asks; over TCP it may stand for gRPC or a command, which the file says."""
    written: object = app.keys.get("health")
    return written if written and _asks(written) == monitor.path else monitor.path or "tcp"


def _asks(health: object) -> str:
    """The path that load balancers ask for; empty where a connection is enough."""
    ready = health if isinstance(health, str) else mapping(health).get("ready", "")
    path = ready if isinstance(ready, str) else mapping(ready).get("path", "")
    return str(path) if str(path).startswith("/") else ""


def _names(app: WrittenApp, monitor: Monitor) -> Json:
    """Names stand in no AS3 declaration: the host of the health check may be one of them."""
    if declared := app.part("vip").get("names"):
        return {"names": declared}
    return {"names": [monitor.host]} if "." in monitor.host else {}


def _datagrams(app: WrittenApp, server: VirtualServer) -> Json:
    """The container's own port does not stand on the device: the file has it, or a person."""
    found: Json = {"port": app.part("udp").get("port", server.port), "vip_port": server.port}
    if len(server.member_ports) == 1:
        found["node_port"] = next(iter(server.member_ports))
    return found


def _outside(matching: _Matching, server: VirtualServer) -> None:
    balancer = matching.present.stack.load_balancer
    if not any(_holds(str(one), server.address) for one in balancer.vips):
        ranges = ", ".join(map(str, balancer.vips))
        why = f"{server.address} lies outside of vips of estate:load_balancer ({ranges})"
        matching.left.append(Left(what=f"{server.place}.virtualAddresses", why=why))


def _holds(network: str, address: str) -> bool:
    return ip_address(address) in ip_network(network)


def _same(present: Present, app: WrittenApp, keys: Json) -> bool:
    """Whether the file says all of it, defaults left out or not."""
    written, _ = read_as(reached.VirtualServer, app.part("vip"))
    vip, _ = read_as(reached.VirtualServer, keys["vip"])
    health = "health" not in keys or _asks(app.keys.get("health")) == _asks(keys["health"])
    return (
        written == vip
        and health
        and all(_holds_all(present, app, keys, key) for key in ("listen", "udp"))
    )


def _holds_all(present: Present, app: WrittenApp, keys: Json, key: str) -> bool:
    """A node port may stand in the register alone."""
    protocol: Protocol = "UDP" if key == "udp" else "TCP"
    written, wanted = app.part(key), dict(keys.get(key, {}))
    port = wanted.pop("node_port", None)
    held = port is None or present.node_ports.get((port, protocol)) == app.owner
    tls = wanted.pop("tls", False) if key == "listen" else False
    same_tls = key != "listen" or "health" not in keys or written.get("tls", False) == tls
    return held and same_tls and all(written.get(name) == value for name, value in wanted.items())
