"""Exposure: node ports, virtual servers, and the sources that a pod sees (E1 to E5, C3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from itertools import islice
from typing import Literal

from estate.declare import Declared, Problem
from estate.declare.models import App, Stack, TraditionalApp
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath, Source
from estate.plan.catalogue import Catalogue
from estate.plan.model import Exposure, MonitorPlan, VirtualServerPlan


def plan_exposure(catalogue: Catalogue, app: App) -> Exposure | None:
    """How ``app`` is reached from outside; None for an app that is not."""
    if not isinstance(app, TraditionalApp):
        return None
    stack = catalogue.stack(app.zone)
    return Exposure(
        node_port=app.listen.node_port,
        traffic_policy=app.listen.traffic_policy,
        sources=seen_sources(stack, app),
        virtual_server=VirtualServerPlan(
            name=app.app,
            partition=app.tenant,
            owner=app.owner,
            running=app.state == "active",
            member_port=app.listen.node_port,
            monitor=MonitorPlan(kind="http", path=app.health, host=app.app),
            address=app.vip.address,
            port=app.vip.port,
            members=_members(catalogue, app),
            stickiness=app.vip.stickiness,
            snat=app.vip.snat,
            clients=app.vip.clients,
        ),
    )


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
        return balanced_sources(stack, app.vip.snat, app.vip.clients)
    seen = [network.nodes] + ([network.tunnels] if network.tunnels else [])
    return tuple(collapse_addresses(seen))


def balanced_sources(
    stack: Stack, snat: Literal["auto", "none"], clients: tuple[IPv4Network, ...]
) -> tuple[IPv4Network, ...]:
    """Who connects to a node by the zone's load balancer, where the node keeps the source."""
    seen = [IPv4Network(address) for address in stack.f5.self_addresses]
    seen += clients if snat == "none" else ()
    return tuple(collapse_addresses(seen))


def check_exposure(catalogue: Catalogue) -> list[Problem]:
    """Node ports and VIPs: inside their ranges, used once, without contradictions.

    Retired apps count too: their port and address stay taken until the declaration goes.
    """
    problems: list[Problem] = []
    ports: dict[tuple[Zone, int], _Claim] = {}
    vips: dict[tuple[IPv4Address, int], _Claim] = {}
    owners: dict[IPv4Address, str] = {}
    again: list[_Claim] = []
    for claim in _claims(catalogue):
        problems += _ranges(claim)
        if ports.setdefault((claim.zone, claim.node_port), claim) is not claim:
            again.append(claim)
        if claim.vip is None:
            continue
        address, port = claim.vip
        first = vips.setdefault(claim.vip, claim)
        if first is not claim:
            found = f"{address}:{port} is taken by {first.place(first.vip_path)}"
            problems.append(claim.problem("vip-taken", claim.vip_path, found, "each pair once"))
        if owners.setdefault(address, claim.owner) != claim.owner:
            found = f"{address} is an address of {owners[address]}"
            hint = "A virtual address belongs to one partition of the F5"
            problems.append(claim.problem("vip-of-others", claim.vip_path, found, hint=hint))
    for declared in catalogue.apps:
        if isinstance(declared.value, TraditionalApp):
            problems += _choices(declared, declared.value)
    return problems + list(_taken(catalogue, ports, again))


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """A node port that somebody declares and, where people reach it, the address and port."""

    stack: Stack
    owner: str
    node_port: int
    port_path: KeyPath
    vip: tuple[IPv4Address, int] | None
    vip_path: KeyPath
    place: Callable[[KeyPath], Source]
    problem: Callable[..., Problem]

    @property
    def zone(self) -> Zone:
        return self.stack.cluster.zone


def _claims(catalogue: Catalogue) -> Iterator[_Claim]:
    """The routers' first: an app that takes a port of theirs is told so."""
    for declared in catalogue.stacks.values():
        for path, port, vip in _of_shards(declared.value):
            yield _Claim(
                stack=declared.value,
                owner="the platform's routers",
                node_port=port,
                port_path=path,
                vip=vip,
                vip_path=(*path[:3], "address"),
                place=declared.place,
                problem=declared.problem,
            )
    for app in catalogue.apps:
        if isinstance(app.value, TraditionalApp):
            yield _Claim(
                stack=catalogue.stack(app.value.zone),
                owner=f"the tenant '{app.value.tenant}'",
                node_port=app.value.listen.node_port,
                port_path=("listen", "node_port"),
                vip=(app.value.vip.address, app.value.vip.port),
                vip_path=("vip", "address"),
                place=app.place,
                problem=app.problem,
            )


def _of_shards(stack: Stack) -> Iterator[tuple[KeyPath, int, tuple[IPv4Address, int] | None]]:
    """Each node port of a shard: where it stands, its number, what people reach it by."""
    for index, shard in enumerate(stack.routers.shards if stack.routers else ()):
        at: KeyPath = ("routers", "shards", index)
        yield (*at, "http", "node_port"), shard.http.node_port, (shard.address, shard.http.port)
        if https := shard.https:
            yield (*at, "https", "node_port"), https.node_port, (shard.address, https.port)
        yield (*at, "health_port"), shard.health_port, None


def _taken(
    catalogue: Catalogue, ports: Mapping[tuple[Zone, int], _Claim], again: list[_Claim]
) -> Iterator[Problem]:
    """A problem for each node port that stands again, with ports that are still free."""
    free = {zone: _free(catalogue, zone, ports) for zone in catalogue.stacks} if again else {}
    for claim in again:
        first = ports[(claim.zone, claim.node_port)]
        place = first.place(first.port_path)
        found = f"node port {claim.node_port} is taken in zone '{claim.zone}' by {place}"
        allowed = "each port once in a zone: every node keeps it for one"
        hint = f"Free: {free[claim.zone]}"
        yield claim.problem("node-port-taken", claim.port_path, found, allowed, hint)


def _free(catalogue: Catalogue, zone: Zone, ports: Mapping[tuple[Zone, int], _Claim]) -> str:
    band = catalogue.stack(zone).network.node_ports
    unused = (port for port in range(band.first, band.last + 1) if (zone, port) not in ports)
    return ", ".join(str(port) for port in islice(unused, 5)) or "none; widen the band"


def _ranges(claim: _Claim) -> Iterator[Problem]:
    band = claim.stack.network.node_ports
    upside_down = band.first > band.last  # which the stack is told, not each app
    if not upside_down and not band.first <= claim.node_port <= band.last:
        yield claim.problem(
            "node-port-outside",
            claim.port_path,
            f"node port {claim.node_port} is outside the band of zone '{claim.zone}'",
            f"{band.first} to {band.last}",
        )
    if claim.vip and not any(claim.vip[0] in cidr for cidr in claim.stack.f5.vips):
        yield claim.problem(
            "vip-outside",
            claim.vip_path,
            f"{claim.vip[0]} is outside the VIP ranges of zone '{claim.zone}'",
            ", ".join(str(cidr) for cidr in claim.stack.f5.vips),
        )


def _choices(declared: Declared[App], app: TraditionalApp) -> Iterator[Problem]:
    if app.vip.stickiness == "source" and app.listen.traffic_policy == "Cluster":
        yield declared.problem(
            "stickiness-lost",
            ("vip", "stickiness"),
            "the F5 would keep a client on one node, but under traffic_policy: Cluster "
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
