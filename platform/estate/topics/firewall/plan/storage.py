"""Connections to filers, and those of the registry's machines (E14, G1, H2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.plan import Plan
from estate.reader.values import Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.egress.plan.firewall_row import Purpose
from estate.topics.exposure.declare.node_ports import PROTOCOLS, Protocol
from estate.topics.firewall.plan.connections import NTP, Outgoing, Source, before_servers
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.plan import RegistryPlan
from estate.topics.registry.plan.model import ExternalRegistryPlan
from estate.topics.storage.plan import StoragePlan

NFS = 2049
DNS = 53


def filers(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    """Nodes mount: those of apps with files, of the registry inside, and of the log store."""
    nodes = {
        pool.name: tuple((node.name, node.address) for node in pool.nodes)
        for pool in plan.of(NodesPlan).pools
    }
    mounted: defaultdict[tuple[str, IPv4Address], set[Source]] = defaultdict(set)
    pools: defaultdict[str, set[str]] = defaultdict(set)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for app in plan.of(AppsPlan).apps:
        if app.logs:
            mounted[app.logs.filer, app.logs.server].update(nodes[app.pool])
            pools[app.logs.filer].add(app.pool)
            owners[app.logs.filer].add(app.owner)
    for (name, address), sources in sorted(mounted.items()):
        yield Outgoing(
            component="kubelet",
            sources=tuple(sorted(sources)),
            server=name,
            owner=" ".join(sorted(owners[name])),
            address=address,
            port=NFS,
            protocol="TCP",
            purpose="log files",
            destination_zone=zone,
            firewalls=before_servers(catalogue, zone),
            pools=tuple(sorted(pools[name])),
            of_apps=True,
        )
    registry = plan.of(RegistryPlan)
    if registry.internal:
        pool = registry.internal.placement.pool
        yield Outgoing(
            component="kubelet",
            sources=nodes[pool],
            server=registry.internal.filer,
            owner=registry.external.owner if registry.external else "",
            address=registry.internal.filer_address,
            port=NFS,
            protocol="TCP",
            purpose="registry files",
            destination_zone=zone,
            firewalls=before_servers(catalogue, zone),
            pools=(pool,),
        )
    yield from _snapshots(catalogue, zone, plan)


def _snapshots(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    """The log store's nodes mount the directory of its snapshots (H4)."""
    logging = catalogue.stack(zone).logging
    if logging is None or logging.snapshots is None:
        return
    addresses = {nfs_filer.name: nfs_filer.address for nfs_filer in plan.of(StoragePlan).nfs_filers}
    for pool in plan.of(NodesPlan).pools:
        if pool.role == "logging" and logging.snapshots.filer in addresses:
            yield Outgoing(
                component="kubelet",
                sources=tuple((node.name, node.address) for node in pool.nodes),
                server=logging.snapshots.filer,
                owner=logging.owner,
                address=addresses[logging.snapshots.filer],
                port=NFS,
                protocol="TCP",
                purpose="backups",
                destination_zone=zone,
                firewalls=before_servers(catalogue, zone),
                pools=(pool.name,),
            )


def registry_machines(catalogue: Catalogue, zone: Zone, plan: Plan) -> Iterator[Outgoing]:
    """They stand among the zone's servers: no firewall is between them and the others."""
    registry = plan.of(RegistryPlan).external
    if registry is None:
        return
    stack = catalogue.stack(zone)
    sources = tuple(
        (registry_server.name, registry_server.address) for registry_server in registry.servers
    )

    for component, server, address, port, protocol, purpose in _ends(stack, registry):
        yield Outgoing(
            component=component,
            sources=sources,
            server=server,
            owner=registry.owner,
            address=address,
            port=port,
            protocol=protocol,
            purpose=purpose,
            destination_zone=zone,
            firewalls=(),
        )


_End = tuple[str, str, IPv4Address, int, Protocol, Purpose]
"""Program, server, address, port, protocol and purpose."""


def _ends(stack: Stack, registry: ExternalRegistryPlan) -> Iterator[_End]:
    yield "registry", registry.filer, registry.filer_address, NFS, "TCP", "registry files"
    for address in stack.time.servers if stack.time else ():
        yield "chronyd", "time server", address, NTP, "UDP", "time"
    for address in stack.dns.resolvers if stack.dns else ():
        for protocol in PROTOCOLS:
            yield "resolver", "name server", address, DNS, protocol, "names"
