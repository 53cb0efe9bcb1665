"""Firewall rows: one for each address that has to get through a declared firewall (F2, E14, X2).

Every row comes from something declared: clients of a virtual server, the load balancer's members,
an app's databases, what nodes mount. There is no other way through, so whatever of the DMZ reaches
the intranet is declared as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import TypedDict

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.declarations.stack import Stack
from estate.reader.addresses import EVERYBODY
from estate.reader.values import Protocol, Zone
from estate.topics.apps.plan.model import AppPlan
from estate.topics.control_plane.declare.masters import Master
from estate.topics.egress.declare.firewalls import Before, Firewall
from estate.topics.egress.plan.destinations import ANY_EGRESS_NODE, firewall_rows
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.exposure.declare.load_balancers import MetalLB
from estate.topics.exposure.declare.node_ports import PLATFORM
from estate.topics.exposure.plan.access_logs import LogIntakePlan
from estate.topics.exposure.plan.balancers import carrier, held_by_masters, sources_of
from estate.topics.exposure.plan.log_intake import INTAKE
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.firewall.plan.node_needs import NodeNeed, node_needs
from estate.topics.nodes.plan.model import PoolPlan

NFS = 2049


def plan_firewall_rows(
    catalogue: Catalogue,
    zone: Zone,
    apps: Iterable[AppPlan],
    servers: Sequence[VirtualServerPlan],
    pools: Iterable[PoolPlan],
    intake: LogIntakePlan | None,
) -> tuple[FirewallRow, ...]:
    """Every row that starts in the zone, or outside on the way to it."""
    stack = catalogue.stack(zone)
    found: list[FirewallRow] = []
    own = {app.value.app: app.value for app in catalogue.apps if app.value.zone == zone}
    for app in own.values():
        if app.state == "active":
            found += firewall_rows(catalogue, app, namespace_of(app))
    namespaces = {name: namespace_of(app) for name, app in own.items()}
    elsewhere = _machines_elsewhere(catalogue, zone)
    for server in servers:
        if server.running:
            own_app = server.partition != PLATFORM
            namespace = namespaces[server.name] if own_app else ""
            found += _server(stack, server, namespace, elsewhere)
    nodes = {pool.name: pool for pool in pools}
    for app in apps:
        if app.logs:
            for firewall in before(stack, "servers"):
                found += _filer(app, nodes[app.pool], firewall)
    found += _sent_to_nodes(stack, intake)
    for need in node_needs(stack, servers):
        for firewall in need.firewalls:
            found += _needed_by_nodes(stack, need, firewall)
    return tuple(found)


def before(stack: Stack, what: Before) -> Iterator[Firewall]:
    """The zone's firewalls that stand before something of its own."""
    return (firewall for firewall in stack.firewalls if firewall.before == what)


_Way = tuple[str, IPv4Address | IPv4Network, int, Protocol]
"""Who connects to members, from where, to which port."""


class _Whose(TypedDict):
    tenant: str
    app: str
    namespace: str
    owner: str


def connecting(stack: Stack, server: VirtualServerPlan) -> tuple[tuple[str, IPv4Address], ...]:
    """Whatever connects to the members, by name: nobody else may (E14)."""
    if held_by_masters(stack, server):
        return ()
    balancer = carrier(stack, server.partition)
    found = sources_of(balancer, server.partition, server.snat)
    return tuple((balancer.name, address) for address in found)


_Elsewhere = Mapping[IPv4Network, tuple[Zone, str]]
"""Of the other zone: the address of each machine that apps are seen as, its zone and name."""


def _machines_elsewhere(catalogue: Catalogue, zone: Zone) -> _Elsewhere:
    found: dict[IPv4Network, tuple[Zone, str]] = {}
    for other in catalogue.stacks:
        if other != zone:
            stack = catalogue.stack(other)
            found |= {IPv4Network(node.address): (other, node.name) for node in stack.nodes}
            addresses = stack.egress.addresses
            found |= {IPv4Network(one): (other, ANY_EGRESS_NODE) for one in addresses}
    return found


def _server(
    stack: Stack, server: VirtualServerPlan, namespace: str, elsewhere: _Elsewhere
) -> Iterator[FirewallRow]:
    """Clients to the virtual address, and the load balancer to each member."""
    zone = stack.cluster.zone
    whose = _Whose(
        tenant=server.partition, app=server.name, namespace=namespace, owner=server.owner
    )
    clients = server.clients or (EVERYBODY,)
    # What is the platform's own is for the zone's nodes, and for others only where it says so.
    own = (stack.network.nodes, stack.network.pods)
    outside = server.clients if server.partition == PLATFORM else clients
    outside = tuple(network for network in outside if network not in own)
    # Nodes and masters that take packets at the virtual address itself: no other port is needed.
    at_nodes = held_by_masters(stack, server) or isinstance(
        carrier(stack, server.partition), MetalLB
    )
    for firewall in (*before(stack, "vips"), *(before(stack, "nodes") if at_nodes else ())):
        for client in outside:
            words = "everybody" if client == EVERYBODY else "clients"
            source_zone, source_node = elsewhere.get(client, ("outside", words))
            yield FirewallRow(
                **whose,
                firewall=firewall.name,
                source_zone=source_zone,
                source_node=source_node,
                source_address=client,
                destination_zone=zone,
                destination_name=f"vip {server.name}",
                destination_address=server.address,
                port=server.port,
                protocol=server.protocol,
                purpose="clients",
                what=f"virtual address {server.address}:{server.port}",
            )
    sources: list[tuple[str, IPv4Address | IPv4Network]] = [*connecting(stack, server)]
    monitor = server.monitor.port
    own = [(name, one) for name, one in sources if one in carrier(stack, server.partition).sources]
    asks: list[_Way] = [(*one, monitor, "TCP") for one in own] if monitor else []
    if server.snat == "none":  # then members see clients by their own address
        sources += [(elsewhere.get(client, ("", "clients"))[1], client) for client in clients]
    ways: list[_Way] = [(*source, server.member_port, server.protocol) for source in sources]
    ways += asks
    names = {node.address: node.name for node in (*stack.nodes, *masters_of(stack))}
    for pool in stack.pools:
        for moving in pool.keepalived.addresses if pool.keepalived else ():
            names[moving.address] = f"nodes of {pool.name}"
    machines = registry_machines(stack)
    crossed = [(one, names) for one in before(stack, "nodes")]
    crossed += [(one, machines) for one in before(stack, "servers")]
    for firewall, names in () if at_nodes else crossed:
        for name, address, port, protocol in ways:
            for member in (one for one in server.members if one in names):
                yield FirewallRow(
                    **whose,
                    firewall=firewall.name,
                    source_zone=elsewhere.get(address, ("outside", ""))[0]
                    if isinstance(address, IPv4Network)
                    else zone,
                    source_node=name,
                    source_address=address,
                    destination_zone=zone,
                    destination_name=names[member],
                    destination_address=member,
                    port=port,
                    protocol=protocol,
                    purpose="members",
                    what=f"port {port} of {names[member]}",
                )


def _sent_to_nodes(stack: Stack, intake: LogIntakePlan | None) -> Iterator[FirewallRow]:
    """Devices to each node that takes their access logs (H5)."""
    if intake is None:
        return
    names = {node.address: node.name for node in stack.nodes}
    ways = [(device.name, source) for device in intake.devices for source in device.addresses]
    for firewall in before(stack, "nodes"):
        for device, source in ways:
            for member in intake.members:
                yield FirewallRow(
                    tenant=PLATFORM,
                    app=INTAKE,
                    namespace="",
                    owner=intake.owner,
                    firewall=firewall.name,
                    source_zone=stack.cluster.zone,
                    source_node=device,
                    source_address=source,
                    destination_zone=stack.cluster.zone,
                    destination_name=names[member],
                    destination_address=member,
                    port=intake.node_port,
                    purpose="access logs",
                    what=f"port {intake.node_port} of {names[member]}",
                )


def registry_machines(stack: Stack) -> dict[IPv4Address, str]:
    """The registry's machines, which stand with the zone's servers, by address."""
    registry = stack.registry
    found = [one.servers for one in (registry.external, registry.harbor) if one]
    return {server.address: server.name for servers in found for server in servers}


def masters_of(stack: Stack) -> tuple[Master, ...]:
    """The zone's masters, where they are ours."""
    return stack.masters.nodes if stack.masters else ()


def _filer(app: AppPlan, pool: PoolPlan, firewall: Firewall) -> Iterator[FirewallRow]:
    """Nodes mount, not pods: also for a retired app, whose volume is kept."""
    assert app.logs
    for node in pool.nodes:
        yield FirewallRow(
            tenant=app.tenant,
            app=app.name,
            namespace=app.namespace,
            owner=app.owner,
            firewall=firewall.name,
            source_zone=app.zone,
            source_node=node.name,
            source_address=node.address,
            destination_zone=app.zone,
            destination_name=app.logs.filer,
            destination_address=app.logs.server,
            port=NFS,
            purpose="log files",
            what=f"filer {app.logs.filer}",
        )


def _needed_by_nodes(stack: Stack, need: NodeNeed, firewall: str) -> Iterator[FirewallRow]:
    for node in (*stack.nodes, *masters_of(stack)):
        yield FirewallRow(
            tenant=PLATFORM,
            app=need.name,
            namespace="",
            owner=need.owner,
            firewall=firewall,
            source_zone=stack.cluster.zone,
            source_node=node.name,
            source_address=node.address,
            destination_zone=stack.cluster.zone,
            destination_name=need.name,
            destination_address=need.address,
            port=need.port,
            protocol=need.protocol,
            purpose=need.purpose,
            what=f"{need.name} {need.address}",
        )
