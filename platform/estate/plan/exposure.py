"""Exposure: virtual servers, and the sources that a pod sees (E1 to E5, C3)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, collapse_addresses

from estate.declare import Declared, Problem
from estate.declare.models import F5, App, HAProxyPair, MetalLB, Stack, TraditionalApp
from estate.declare.models.app.reached import Tls
from estate.declare.problems import KeyPath
from estate.plan.catalogue import Catalogue, owner_of
from estate.plan.model import Exposure, MonitorPlan, VirtualServerPlan


def plan_exposure(catalogue: Catalogue, app: App) -> Exposure | None:
    """How ``app`` is reached from outside; None for an app that is not."""
    if not isinstance(app, TraditionalApp):
        return None
    stack = catalogue.stack(app.zone)
    node_port = catalogue.node_port(app.zone, owner_of(app))
    return Exposure(
        node_port=node_port,
        traffic_policy=app.listen.traffic_policy,
        sources=seen_sources(stack, app),
        by_metallb=isinstance(stack.load_balancer, MetalLB),
        virtual_server=VirtualServerPlan(
            name=app.app,
            partition=app.tenant,
            owner=app.owner,
            running=app.state == "active",
            member_port=node_port,
            monitor=MonitorPlan(kind="http", path=app.health, host=app.app),
            address=app.vip.address,
            names=tuple(sorted(app.vip.names)),
            port=app.vip.port,
            members=_members(catalogue, app),
            stickiness=app.vip.stickiness,
            snat=app.vip.snat,
            clients=app.vip.clients,
            proxy_protocol=app.vip.proxy_protocol,
            reads_http=app.vip.protocol == "http",
            tls=_certificate(app.vip.tls),
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
    if app.listen.traffic_policy == "Cluster":
        seen = [network.nodes] + ([network.tunnels] if network.tunnels else [])
    else:
        seen = [IPv4Network(address) for address in stack.load_balancer.sources]
        seen += app.vip.clients if app.vip.snat == "none" else ()
    return tuple(collapse_addresses(seen))


def check_exposure(catalogue: Catalogue) -> list[Problem]:
    """VIPs: inside their ranges, used once, without contradictions.

    Retired apps count too: their address stays taken until the declaration goes.
    """
    problems: list[Problem] = []
    vips: dict[tuple[IPv4Address, int], Declared[App]] = {}
    owners: dict[IPv4Address, str] = {}
    for declared in catalogue.apps:
        app = declared.value
        if not isinstance(app, TraditionalApp):
            continue
        problems += _ranges(declared, app, catalogue.stack(app.zone))
        problems += _choices(declared, app)
        if not isinstance(catalogue.stack(app.zone).load_balancer, MetalLB):
            problems += _http(declared, app, catalogue.stack(app.zone))
            problems += _asked_of_a_pair(declared, app, catalogue.stack(app.zone))
        first = vips.setdefault((app.vip.address, app.vip.port), declared)
        if first is not declared:
            path: KeyPath = ("vip", "address")
            found = f"{app.vip.address}:{app.vip.port} is taken by {first.place(path)}"
            problems.append(declared.problem("vip-taken", path, found, "each pair once"))
        if owners.setdefault(app.vip.address, app.tenant) != app.tenant:
            found = f"{app.vip.address} is an address of the tenant '{owners[app.vip.address]}'"
            hint = "A virtual address belongs to one tenant"
            problems.append(declared.problem("vip-of-others", ("vip", "address"), found, hint=hint))
    return problems


def _ranges(declared: Declared[App], app: TraditionalApp, stack: Stack) -> Iterator[Problem]:
    if not any(app.vip.address in cidr for cidr in stack.load_balancer.vips):
        yield declared.problem(
            "vip-outside",
            ("vip", "address"),
            f"{app.vip.address} is outside the VIP ranges of zone '{app.zone}'",
            ", ".join(str(cidr) for cidr in stack.load_balancer.vips),
        )


def _asked_of_a_pair(
    declared: Declared[App], app: TraditionalApp, stack: Stack
) -> Iterator[Problem]:
    pair = stack.load_balancer
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
