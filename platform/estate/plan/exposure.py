"""Exposure: node ports, virtual servers, and the sources that a pod sees (E1 to E5, C3)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, collapse_addresses

from estate.declare import Declared, Problem, Source
from estate.declare.models import App, Stack, TraditionalApp
from estate.declare.models.values import Zone
from estate.plan.catalogue import Catalogue
from estate.plan.model import Exposure, VirtualServerPlan


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
            address=app.vip.address,
            port=app.vip.port,
            members=_members(catalogue, app),
            stickiness=app.vip.stickiness,
            snat=app.vip.snat,
            clients=app.vip.clients,
        ),
    )


def _members(catalogue: Catalogue, app: TraditionalApp) -> tuple[IPv4Address, ...]:
    if app.vip.members == "pool":
        nodes = catalogue.nodes_of(app.zone, catalogue.pool_of(app))
    else:
        nodes = catalogue.stack(app.zone).nodes
    return tuple(sorted(node.address for node in nodes))


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
        seen = [IPv4Network(address) for address in stack.f5.self_addresses]
        seen += app.vip.clients if app.vip.snat == "none" else ()
    return tuple(collapse_addresses(seen))


def check_exposure(catalogue: Catalogue) -> list[Problem]:
    """Node ports and VIPs: inside their ranges, used once, without contradictions.

    Retired apps count too: their port and address stay taken until the declaration goes.
    """
    problems: list[Problem] = []
    ports: dict[tuple[Zone, int], Source] = {}
    vips: dict[tuple[IPv4Address, int], Source] = {}
    owners: dict[IPv4Address, str] = {}
    for declared in catalogue.apps:
        app = declared.value
        if not isinstance(app, TraditionalApp):
            continue
        stack = catalogue.stack(app.zone)
        problems += _ranges(declared, app, stack)
        problems += _choices(declared, app)
        port = declared.problem("node-port-taken", ("listen", "node_port"), "")
        if first := ports.get((app.zone, app.listen.node_port)):
            found = f"node port {app.listen.node_port} is taken in zone '{app.zone}' by {first}"
            hint = f"Free: {_free(catalogue, app.zone)}"
            problems.append(
                declared.problem("node-port-taken", ("listen", "node_port"), found, hint=hint)
            )
        ports.setdefault((app.zone, app.listen.node_port), port.source)
        vip = (app.vip.address, app.vip.port)
        if first := vips.get(vip):
            found = f"{vip[0]}:{vip[1]} is taken by {first}"
            problems.append(declared.problem("vip-taken", ("vip", "address"), found))
        vips.setdefault(vip, declared.problem("", ("vip", "address"), "").source)
        if owners.setdefault(app.vip.address, app.tenant) != app.tenant:
            found = f"{app.vip.address} is an address of the tenant '{owners[app.vip.address]}'"
            hint = "A virtual address belongs to one partition of the F5"
            problems.append(declared.problem("vip-of-others", ("vip", "address"), found, hint=hint))
    return problems


def _free(catalogue: Catalogue, zone: Zone) -> str:
    band = catalogue.stack(zone).network.node_ports
    taken = {
        app.value.listen.node_port
        for app in catalogue.apps
        if isinstance(app.value, TraditionalApp) and app.value.zone == zone
    }
    free = [port for port in range(band.first, band.last + 1) if port not in taken][:5]
    return ", ".join(str(port) for port in free) or "none; widen the band"


def _ranges(declared: Declared[App], app: TraditionalApp, stack: Stack) -> Iterator[Problem]:
    band = stack.network.node_ports
    if not band.first <= app.listen.node_port <= band.last:
        yield declared.problem(
            "node-port-outside",
            ("listen", "node_port"),
            f"node port {app.listen.node_port} is outside the band of zone '{app.zone}'",
            f"{band.first} to {band.last}",
        )
    if not any(app.vip.address in cidr for cidr in stack.f5.vips):
        yield declared.problem(
            "vip-outside",
            ("vip", "address"),
            f"{app.vip.address} is outside the VIP ranges of zone '{app.zone}'",
            ", ".join(str(cidr) for cidr in stack.f5.vips),
        )


def _choices(declared: Declared[App], app: TraditionalApp) -> Iterator[Problem]:
    if app.vip.stickiness == "source" and app.listen.traffic_policy == "Cluster":
        yield declared.problem(
            "stickiness-lost",
            ("vip", "stickiness"),
            "the F5 would keep a client on one node, but under traffic_policy: Cluster "
            "that node forwards to any replica (X7)",
            "stickiness: none, or traffic_policy: Local",
        )
    if app.vip.snat == "none" and app.listen.traffic_policy == "Local" and not app.vip.clients:
        yield declared.problem(
            "clients-missing",
            ("vip",),
            "with snat: none under traffic_policy: Local pods see clients by their own address, "
            "but 'clients' is missing",
            "the ranges that clients come from, such as [10.0.0.0/8]",
        )
