"""Exposure: virtual servers, and the sources that a pod sees (E1 to E5, C3)."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from typing import Literal, TypedDict

from estate.declarations.catalogue import Catalogue, owner_of
from estate.declarations.stack import Stack
from estate.topics.apps.declare.first_names import first_name
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import Datagrams, Tls, TraditionalApp
from estate.topics.egress.plan.callers import clients_of
from estate.topics.exposure.declare.load_balancers import MetalLB
from estate.topics.exposure.plan.balancers import carrier, sources_of
from estate.topics.exposure.plan.model import (
    DatagramsPlan,
    Exposure,
    MonitorPlan,
    VirtualServerPlan,
)


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
        clients=clients_of(catalogue, app),
    )
    monitor = _monitor(app)
    datagrams = _datagrams(catalogue, app, app.udp, known, monitor, node_port) if app.udp else None
    return Exposure(
        node_port=node_port,
        traffic_policy=app.listen.traffic_policy,
        # Apps of the other zone connect over TCP: they are no source of datagrams.
        sources=seen_sources(catalogue, app, app.vip.clients if app.udp else known["clients"]),
        sources_over_tcp=_over_tcp(catalogue, app),
        by_metallb=by_metallb,
        connections=_connections(app, app.vip.port, known, monitor, node_port)
        if app.vip.port and node_port
        else None,
        datagrams=datagrams,
    )


def _monitor(app: TraditionalApp) -> MonitorPlan:
    """The question of readiness; load balancers speak HTTP, and otherwise ask whether the port
    accepts, which a node with no ready pod refuses under ``Local``."""
    path = app.health.ready.path
    if path is None:
        return MonitorPlan(kind="tcp", interval=app.vip.interval)
    return MonitorPlan(
        kind="https" if app.listen.tls else "http",
        path=path,
        host=first_name(app) or app.app,
        interval=app.vip.interval,
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
    """The same address, members and declared clients; no answer shows a member that only drops
    (X3).

    So the monitor asks over TCP, at the node port where the same pods say how they are. A cookie
    is HTTP's: where TCP keeps a client by one, UDP keeps it by its address.
    """
    node_port = catalogue.node_port(app.zone, owner_of(app), "UDP")
    server = VirtualServerPlan(
        **known,
        protocol="UDP",
        port=udp.vip_port,
        member_port=node_port,
        monitor=replace(monitor, port=asked_on),
        stickiness="none" if app.vip.stickiness == "none" else "source",
    )
    return DatagramsPlan(
        number=udp.port,
        node_port=node_port,
        virtual_server=replace(server, clients=app.vip.clients),
    )


def _certificate(tls: Tls | None) -> str:
    return (tls.client_profile or tls.certificate or "") if tls else ""


def _members(catalogue: Catalogue, app: TraditionalApp) -> tuple[IPv4Address, ...]:
    pool = catalogue.pool_of(app) if app.vip.members == "pool" else None
    return catalogue.addresses_of(app.zone, pool)


def seen_sources(
    catalogue: Catalogue, app: TraditionalApp, clients: tuple[IPv4Network, ...]
) -> tuple[IPv4Network, ...]:
    """The source addresses of packets as they arrive at the pod.

    Under ``Cluster`` the node that took the connection replaces the source by its own address: its
    node address, or its tunnel address where packets between nodes are encapsulated. Under
    ``Local`` the source stays: the F5's own addresses, which its monitors come from, and the
    clients where it does not translate (SNAT).
    """
    stack = catalogue.stack(app.zone)
    network = stack.network
    if app.listen.traffic_policy == "Local":
        return balanced_sources(stack, app.tenant, app.vip.snat, clients)
    seen = [network.nodes] + ([network.tunnels] if network.tunnels else [])
    return tuple(collapse_addresses(seen))


def _over_tcp(catalogue: Catalogue, app: TraditionalApp) -> tuple[IPv4Network, ...]:
    """Users and load balancers; where users send datagrams alone, those that ask for its health.

    A load balancer asks from its own addresses, whatever its connections come from.
    """
    stack = catalogue.stack(app.zone)
    if app.vip.port or app.listen.traffic_policy == "Cluster":
        clients = clients_of(catalogue, app)
        return seen_sources(catalogue, app, clients) if answers_over_tcp(stack, app) else ()
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
