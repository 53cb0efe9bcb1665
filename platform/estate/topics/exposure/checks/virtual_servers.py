"""Checks of virtual servers and their choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Any

from estate.declarations.catalogue import Catalogue
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Protocol, Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.declare.load_balancers import F5, HAProxyPair, MetalLB
from estate.topics.exposure.plan.balancers import PLATFORM, carrier


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
            problems += _encrypted(declared, declared.value)
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


def virtual_addresses(
    found: Catalogue | Loaded,
) -> Iterator[tuple[Zone, Declared[Any], KeyPath, IPv4Address]]:
    """Every virtual address that is declared, and where it stands."""
    return ((one.zone, one.declared, one.path, one.address) for one in _claims(found))


def _claims(catalogue: Catalogue | Loaded) -> Iterator[_Claim]:
    """The routers' first: an app that takes one of their addresses gets the problem."""
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
            "no client can reach the app: 'port' is missing, and there is no 'udp'",
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


HTTPS_PORT = 443
"""Where clients begin with TLS (RFC 9110, section 4.2.2)."""


def _encrypted(declared: Declared[App], app: TraditionalApp) -> Iterator[Problem]:
    """TLS ends once: at the load balancer, or in the app (E7)."""
    if app.listen.tls and app.vip.protocol == "http":
        yield declared.problem(
            "tls-unread",
            ("vip", "protocol"),
            "the load balancer would send plain HTTP to a port where the app expects TLS",
            "protocol: tcp, or an app without listen.tls",
        )
    plain = not app.listen.tls and app.vip.protocol == "tcp"
    if plain and app.vip.port == HTTPS_PORT:
        yield declared.problem(
            "tls-ends-nowhere",
            ("vip", "port"),
            f"users begin with TLS at port {HTTPS_PORT}, the load balancer passes bytes through, "
            f"and the app is checked over plain HTTP at its port {app.listen.port}",
            "TLS that ends in the app or at the load balancer",
            "listen: {tls: true} where the app ends it; vip: {protocol: http, tls: ...} where the "
            "load balancer does",
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
