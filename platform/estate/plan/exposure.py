"""Exposure: virtual servers, and the sources that a pod sees (E1 to E5, C3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from typing import Any, Literal, TypedDict

from estate.declare import Declared, Problem
from estate.declare.models import F5, App, HAProxyPair, MetalLB, Stack, TraditionalApp
from estate.declare.models.app.reached import Datagrams, Tls
from estate.declare.models.node_ports import Protocol
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.balancers import PLATFORM, carrier, sources_of
from estate.plan.catalogue import Catalogue, owner_of
from estate.plan.model.exposure import DatagramsPlan, Exposure, MonitorPlan, VirtualServerPlan


def plan_exposure(catalogue: Catalogue, app: App) -> Exposure | None:
    """How ``app`` is reached from outside; None for an app that is not."""
    if not isinstance(app, TraditionalApp):
        return None
    stack = catalogue.stack(app.zone)
    by_metallb = isinstance(stack.load_balancer, MetalLB)
    node_port = (
        catalogue.node_port(app.zone, owner_of(app)) if answers_over_tcp(stack, app) else None
    )
    known = _Known(
        name=app.app,
        partition=app.tenant,
        owner=app.owner,
        running=app.state == "active",
        address=app.vip.address,
        names=tuple(sorted(app.vip.names)),
        members=_members(catalogue, app),
        snat=app.vip.snat,
        clients=app.vip.clients,
    )
    monitor = MonitorPlan(kind="http", path=app.health, host=app.app)
    datagrams = _datagrams(catalogue, app, app.udp, known, monitor, node_port) if app.udp else None
    return Exposure(
        node_port=node_port,
        traffic_policy=app.listen.traffic_policy,
        sources=seen_sources(stack, app),
        sources_over_tcp=_over_tcp(stack, app),
        by_metallb=by_metallb,
        connections=_connections(app, app.vip.port, known, monitor, node_port)
        if app.vip.port and node_port
        else None,
        datagrams=datagrams,
    )


def answers_over_tcp(stack: Stack, app: TraditionalApp) -> bool:
    """Whether nodes keep a TCP port for it: for users, or for load balancers that ask how it is.

    MetalLB asks nobody: it goes by the endpoints that kubelets find well.
    """
    return app.vip.port is not None or not isinstance(stack.load_balancer, MetalLB)


class _Known(TypedDict):
    """What users know of an app, over whichever protocol."""

    name: str
    partition: str
    owner: str
    running: bool
    address: IPv4Address
    names: tuple[str, ...]
    members: tuple[IPv4Address, ...]
    snat: Literal["auto", "none"]
    clients: tuple[IPv4Network, ...]


def _connections(
    app: TraditionalApp, port: int, known: _Known, monitor: MonitorPlan, node_port: int
) -> VirtualServerPlan:
    return VirtualServerPlan(
        **known,
        port=port,
        member_port=node_port,
        monitor=monitor,
        stickiness=app.vip.stickiness,
        proxy_protocol=app.vip.proxy_protocol,
        reads_http=app.vip.protocol == "http",
        tls=_certificate(app.vip.tls),
    )


def _datagrams(
    catalogue: Catalogue,
    app: TraditionalApp,
    udp: Datagrams,
    known: _Known,
    monitor: MonitorPlan,
    asked_on: int | None,
) -> DatagramsPlan:
    """The same address, members and clients; no answer tells a member that only drops (X3).

    So the monitor asks over TCP, at the node port where the same pods say how they are. A cookie
    is HTTP's: where TCP keeps a client by one, UDP keeps it by its address.
    """
    node_port = catalogue.node_port(app.zone, owner_of(app), "UDP")
    return DatagramsPlan(
        number=udp.port,
        node_port=node_port,
        virtual_server=VirtualServerPlan(
            **known,
            protocol="UDP",
            port=udp.vip_port,
            member_port=node_port,
            monitor=replace(monitor, port=asked_on),
            stickiness="none" if app.vip.stickiness == "none" else "source",
        ),
    )


def _certificate(tls: Tls | None) -> str:
    return (tls.client_profile or tls.certificate or "") if tls else ""


def _members(catalogue: Catalogue, app: TraditionalApp) -> tuple[IPv4Address, ...]:
    pool = catalogue.pool_of(app) if app.vip.members == "pool" else None
    return catalogue.addresses_of(app.zone, pool)


def seen_sources(stack: Stack, app: TraditionalApp) -> tuple[IPv4Network, ...]:
    """The source addresses of packets as they arrive at the pod.

    Under ``Cluster`` the node that took the connection replaces the source by its own address: its
    node address, or its tunnel address where packets between nodes are encapsulated. Under
    ``Local`` the source stays: the F5's own addresses, which its monitors come from, and the
    clients where it does not translate (SNAT).
    """
    network = stack.network
    if app.listen.traffic_policy == "Local":
        return balanced_sources(stack, app.tenant, app.vip.snat, app.vip.clients)
    seen = [network.nodes] + ([network.tunnels] if network.tunnels else [])
    return tuple(collapse_addresses(seen))


def _over_tcp(stack: Stack, app: TraditionalApp) -> tuple[IPv4Network, ...]:
    """Users and load balancers; where users send datagrams alone, those that ask for its health.

    A load balancer asks from its own addresses, whatever its connections come from.
    """
    if app.vip.port or app.listen.traffic_policy == "Cluster":
        return seen_sources(stack, app) if answers_over_tcp(stack, app) else ()
    own = carrier(stack, app.tenant).sources
    return tuple(collapse_addresses(IPv4Network(address) for address in own))


def balanced_sources(
    stack: Stack, partition: str, snat: Literal["auto", "none"], clients: tuple[IPv4Network, ...]
) -> tuple[IPv4Network, ...]:
    """Who connects to a node by its load balancer, where the node keeps the source."""
    found = sources_of(carrier(stack, partition), partition, snat)
    seen = [IPv4Network(address) for address in found]
    seen += clients if snat == "none" else ()
    return tuple(collapse_addresses(seen))


def check_exposure(catalogue: Catalogue) -> list[Problem]:
    """VIPs: inside their ranges, used once, without contradictions.

    Retired apps count too: their address stays taken until the declaration goes.
    """
    problems: list[Problem] = []
    vips: dict[tuple[IPv4Address, int, Protocol], _Claim] = {}
    owners: dict[IPv4Address, str] = {}
    for claim in _claims(catalogue):
        vip_ranges = carrier(catalogue.stack(claim.zone), claim.partition).vips
        if not any(claim.address in cidr for cidr in vip_ranges):
            problems.append(
                claim.problem(
                    "vip-outside",
                    f"{claim.address} is outside the VIP ranges of zone '{claim.zone}'",
                    ", ".join(str(cidr) for cidr in vip_ranges),
                )
            )
        first = vips.setdefault((claim.address, claim.port, claim.protocol), claim)
        if first is not claim:
            place = first.declared.place(first.path)
            udp = " over UDP" if claim.protocol == "UDP" else ""
            found = f"{claim.address}:{claim.port} is taken{udp} by {place}"
            problems.append(claim.problem("vip-taken", found, "each pair once"))
        if owners.setdefault(claim.address, claim.owner) != claim.owner:
            found = f"{claim.address} is an address of {owners[claim.address]}"
            hint = "A virtual address belongs to one tenant"
            problems.append(claim.problem("vip-of-others", found, hint=hint))
    for declared in catalogue.apps:
        if isinstance(declared.value, TraditionalApp):
            problems += _choices(declared, declared.value)
            problems += _without_tcp(declared, declared.value)
            stack = catalogue.stack(declared.value.zone)
            if not isinstance(stack.load_balancer, MetalLB):
                problems += _http(declared, declared.value, stack)
                problems += _asked_of_a_pair(declared, declared.value, stack)
    return problems


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """An address and port that somebody declares for people to reach."""

    zone: Zone
    partition: str
    owner: str
    address: IPv4Address
    port: int
    declared: Declared[Any]
    path: KeyPath
    protocol: Protocol = "TCP"

    def problem(self, code: str, found: str, allowed: str = "", hint: str = "") -> Problem:
        return self.declared.problem(code, self.path, found, allowed, hint)


def _claims(catalogue: Catalogue) -> Iterator[_Claim]:
    """The routers' first: an app that takes an address of theirs is told so."""
    for zone, stack in catalogue.stacks.items():
        routers = stack.value.routers
        for index, shard in enumerate(routers.shards if routers else ()):
            for port in shard.known_ports:
                yield _Claim(
                    zone=zone,
                    partition=PLATFORM,
                    owner="the platform's routers",
                    address=shard.address,
                    port=port,
                    declared=stack,
                    path=("routers", "shards", index, "address"),
                )
        if stack.value.logging and (published := stack.value.logging.published):
            yield _Claim(
                zone=zone,
                partition=PLATFORM,
                owner="the platform's Kibana",
                address=published.address,
                port=published.port,
                declared=stack,
                path=("logging", "published", "address"),
            )
    for app in catalogue.apps:
        if isinstance(app.value, TraditionalApp):
            first = _Claim(
                zone=app.value.zone,
                partition=app.value.tenant,
                owner=f"the tenant '{app.value.tenant}'",
                address=app.value.vip.address,
                port=app.value.vip.port or 0,
                declared=app,
                path=("vip", "address"),
            )
            if app.value.vip.port:
                yield first
            if udp := app.value.udp:
                path: KeyPath = ("udp", "vip_port") if app.value.vip.port else first.path
                yield replace(first, port=udp.vip_port, protocol="UDP", path=path)


def _asked_of_a_pair(
    declared: Declared[App], app: TraditionalApp, stack: Stack
) -> Iterator[Problem]:
    pair = stack.load_balancer
    if isinstance(pair, HAProxyPair) and app.udp:
        yield declared.problem(
            "balancer-cannot",
            ("udp",),
            f"{pair.name} balances TCP and HTTP: HAProxy passes no datagrams on",
            "a zone whose load balancer is an F5 or MetalLB",
        )
    if isinstance(pair, HAProxyPair) and app.vip.snat == "none":
        yield declared.problem(
            "balancer-cannot",
            ("vip", "snat"),
            f"{pair.name} connects to nodes from its hosts' own addresses",
            "snat: auto",
            "Members learn the client's address where the app reads the PROXY protocol: "
            "proxy_protocol: true",
        )
    if not isinstance(pair, HAProxyPair) and app.vip.proxy_protocol:
        yield declared.problem(
            "balancer-cannot",
            ("vip", "proxy_protocol"),
            f"{pair.name} does not speak the PROXY protocol: on a BIG-IP that takes an iRule",
            "a zone whose load balancer is of kind: haproxy",
            "With snat: none and traffic_policy: Local pods see clients by their own address",
        )


def _http(declared: Declared[App], app: TraditionalApp, stack: Stack) -> Iterator[Problem]:
    """What only a load balancer that reads requests can do, and with which certificate (E7)."""
    if app.vip.protocol == "tcp":
        for key, needs in (("tls", app.vip.tls), ("stickiness", app.vip.stickiness == "cookie")):
            if needs:
                yield declared.problem(
                    "needs-http",
                    ("vip", key),
                    "under protocol: tcp the load balancer passes bytes through and reads none",
                    "with protocol: http",
                )
    if app.vip.tls:
        f5 = isinstance(stack.load_balancer, F5)
        right, wrong = ("client_profile", "certificate")[:: 1 if f5 else -1]
        if getattr(app.vip.tls, wrong) or not getattr(app.vip.tls, right):
            yield declared.problem(
                "wrong-certificate",
                ("vip", "tls"),
                f"{stack.load_balancer.name} is of kind: {stack.load_balancer.kind}, "
                f"which does not take its certificate by this name",
                right,
            )


def _without_tcp(declared: Declared[App], app: TraditionalApp) -> Iterator[Problem]:
    """Without a port over TCP there are datagrams, and nothing that only TCP has."""
    if app.vip.port:
        return
    if app.udp is None:
        yield declared.problem(
            "vip-port-missing",
            ("vip",),
            "nobody can reach the app: 'port' is missing, and there is no 'udp'",
            "the port that users know",
            "Example: port: 443; or udp: {port: 5060, vip_port: 5060}",
        )
        return
    for key, asked in (
        ("protocol", app.vip.protocol == "http"),
        ("tls", app.vip.tls is not None),
        ("stickiness", app.vip.stickiness == "cookie"),
        ("proxy_protocol", app.vip.proxy_protocol),
    ):
        if asked:
            yield declared.problem(
                "vip-port-missing",
                ("vip", key),
                f"'{key}' is about connections, and without 'port' there are only datagrams",
                "with the TCP port that users know",
                "Leave the key out, or add vip.port",
            )


def _choices(declared: Declared[App], app: TraditionalApp) -> Iterator[Problem]:
    if app.vip.stickiness != "none" and app.listen.traffic_policy == "Cluster":
        yield declared.problem(
            "stickiness-lost",
            ("vip", "stickiness"),
            "the load balancer would keep a client on one node, but under traffic_policy: Cluster "
            "that node forwards to any replica",
            "stickiness: none, or traffic_policy: Local",
        )
    if app.vip.snat == "none" and app.listen.traffic_policy == "Local" and not app.vip.clients:
        yield declared.problem(
            "clients-missing",
            ("vip",),
            "with snat: none under traffic_policy: Local pods see clients by their own address, "
            "but 'clients' is missing",
            "the ranges that clients come from",
            "Example: clients: [10.30.0.0/16]",
        )
