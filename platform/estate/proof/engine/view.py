"""All that is emitted, read: what the flows are looked up in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

from estate.flows.model import Flow, OutFlow
from estate.flows.pods import NAME_SERVICE, PodGroup
from estate.plan import Plan
from estate.proof.emitted import Emitted, Place
from estate.proof.readers.addresses import Space
from estate.proof.readers.as3 import VirtualServer, read_virtual_servers
from estate.proof.readers.database_names import (
    Alias,
    EgressAddress,
    Endpoint,
    Listener,
    read_aliases,
    read_egress_addresses,
    read_endpoints,
    read_listeners,
)
from estate.proof.readers.exports import Export, Mount, read_exports, read_mounts
from estate.proof.readers.firewall_rows import Row, read_rows
from estate.proof.readers.gateways import GatewayListener, read_gateways
from estate.proof.readers.haproxy_pair import read_holders, read_pairs
from estate.proof.readers.http_routes import Redirect, by_name, read_attached
from estate.proof.readers.ingresses import Controller, Published, read_controllers, read_published
from estate.proof.readers.kinds import check_kinds
from estate.proof.readers.matrix import Matrix, networks
from estate.proof.readers.metallb import read_balanced
from estate.proof.readers.network_policies import Policy, read_policies
from estate.proof.readers.nodes import LIST, Nodes, read_nodes
from estate.proof.readers.pods import Pods, read_pods, undeclared_pods
from estate.proof.readers.ports import Ports, port
from estate.proof.readers.selectors import Selector
from estate.proof.readers.services import ServicePort, read_services
from estate.proof.readers.strict import Metadata, Troubles
from estate.reader.problems import Problem
from estate.reader.values import Zone
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.declare.load_balancers import F5, HAProxyPair
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.exposure.plan.balancers import carried
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.plan.platform_namespaces import PROMETHEUS
from estate.topics.storage.plan import StoragePlan

ROUTES = "network/routes.csv"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A zone's inventory of addresses: the endpoints that are declared, no decision about them."""

    zone: Zone
    nodes: IPv4Network
    pods: IPv4Network
    services: IPv4Network
    tunnels: IPv4Network | None
    f5: tuple[IPv4Address, ...]
    pairs: Mapping[str, tuple[IPv4Address, ...]]
    """The addresses that the hosts of a pair connect from, by its name."""
    virtual: tuple[IPv4Network, ...]
    """Where virtual addresses come from."""
    foreign: tuple[IPv4Network, ...]
    """Servers that its pods reach through a firewall."""
    names: Mapping[IPv4Network, str]
    """What each declared range and server is called."""
    identity: str
    """How a pod is seen from outside: ``node``, ``pod`` or ``egress``."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One next hop of a route from a network outside to pods."""

    place: Place
    network: IPv4Network
    prefix: IPv4Network
    hop: IPv4Address
    port: int


@dataclass(frozen=True)
class View:
    """One zone."""

    facts: Facts
    nodes: Nodes
    pods: tuple[Pods, ...]
    policies: tuple[Policy, ...]
    namespaces: tuple[tuple[str, Place], ...]
    matrix: Matrix
    services: tuple[ServicePort, ...]
    servers: tuple[VirtualServer, ...]
    holders: Mapping[tuple[str, IPv4Address], Mapping[str, Place]]
    """The hosts of a pair that bring a virtual address."""
    rows: tuple[Row, ...]
    exports: tuple[Export, ...]
    mounts: Mapping[tuple[str, str], Mount]
    routes: tuple[Route, ...]
    published: tuple[Published, ...]
    controllers: tuple[Controller, ...]
    gateways: tuple[GatewayListener, ...]
    redirects: tuple[Redirect, ...]
    endpoints: tuple[Endpoint, ...]
    aliases: Mapping[tuple[str, str], Alias]
    """By namespace and name."""
    listeners: tuple[Listener, ...]
    egress_addresses: tuple[EgressAddress, ...]
    problems: tuple[Problem, ...]

    @property
    def zone(self) -> Zone:
        """Which one."""
        return self.facts.zone

    @property
    def nodes_place(self) -> Place:
        """The node list."""
        return Place(f"{self.zone}/documents/{LIST}")

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str, int], ServicePort]:
        """TCP ports of Services by namespace, name and number."""
        return {
            (service.namespace, service.service, service.port): service
            for service in self.services
            if service.protocol == "TCP"
        }

    @cached_property
    def by_address(self) -> Mapping[tuple[IPv4Address, Ports], VirtualServer]:
        """Virtual servers by what clients connect to."""
        return {
            (server.address, port(server.port, server.protocol)): server for server in self.servers
        }

    @cached_property
    def by_node_port(self) -> Mapping[Ports, ServicePort]:
        """Ports of Services that every node answers on."""
        return {
            port(service.node_port, service.protocol): service
            for service in self.services
            if service.node_port
        }

    @cached_property
    def clients_of(self) -> Mapping[tuple[str, str], Mapping[IPv4Address, Place]]:
        """Who may mount, by filer and directory."""
        found: dict[tuple[str, str], dict[IPv4Address, Place]] = {}
        for export in self.exports:
            found.setdefault((export.filer, export.directory), {})[export.client] = export.place
        return found

    def sources_of(self, server: VirtualServer) -> tuple[IPv4Address, ...]:
        """The addresses that a virtual server's connections to members come from."""
        return (*self.asking(server), *server.snat_pool)

    def asking(self, server: VirtualServer) -> tuple[IPv4Address, ...]:
        """The addresses that its monitors come from: never those of a SNAT pool."""
        return self.facts.pairs.get(server.pair, self.facts.f5)

    def hosts_at(self, at: IPv4Address) -> tuple[str, ...]:
        """The node with this address, or the nodes that may hold it."""
        if name := self.nodes.names.get(at):
            return (name,)
        return tuple(
            host for (_, held), hosts in self.holders.items() if held == at for host in hosts
        )

    def find(self, group: PodGroup) -> int:
        """The pods of a group."""
        return self.matrix.selected(group.namespace, Selector(matchLabels=dict(group.labels)))

    def addresses(self, found: Iterable[IPv4Network]) -> int:
        """Networks as sources."""
        return self.matrix.address_bits(self.matrix.space.union(found))


def facts_of(plan: Plan, flows: Iterable[Flow]) -> Facts:
    """The zone's declared ranges and servers."""
    network = plan.of(NetworkPlan).network
    names = {
        network.nodes: f"{plan.zone} nodes",
        network.pods: f"{plan.zone} pods",
        network.services: f"{plan.zone} services",
    }
    if network.tunnels:
        names[network.tunnels] = f"{plan.zone} tunnels"
    balancers = [balancer for balancer, _ in carried(plan)]
    for balancer in balancers:
        names |= {IPv4Network(source): balancer.name for source in balancer.sources}
        for pool in balancer.snat_pools if isinstance(balancer, F5) else ():
            for address in pool.addresses:
                names[IPv4Network(address)] = f"{balancer.name} for {pool.tenant}"
    for filer in plan.of(StoragePlan).nfs_filers:
        names[IPv4Network(filer.address)] = filer.name
    names[IPv4Network(plan.of(ControlPlanePlan).cluster.api_server.address)] = (
        f"{plan.zone} API server"
    )
    for vips in (vips for balancer in balancers for vips in balancer.vips):
        names[vips] = f"{plan.zone} virtual addresses"
    foreign: list[IPv4Network] = []
    for flow in flows:
        names |= flow.endpoints
        if isinstance(flow, OutFlow) and flow.firewalls:
            foreign += flow.endpoints
    return Facts(
        zone=plan.zone,
        nodes=network.nodes,
        pods=network.pods,
        services=network.services,
        tunnels=network.tunnels,
        f5=plan.of(ExposurePlan).load_balancer.sources,
        pairs={one.name: one.sources for one in balancers if isinstance(one, HAProxyPair)},
        virtual=tuple(vips for balancer in balancers for vips in balancer.vips),
        foreign=tuple(foreign),
        names=names,
        identity=network.pod_egress_identity,
    )


def view(emitted: Emitted, facts: Facts, names: Mapping[IPv4Network, str]) -> View:
    """Reads everything of one zone; ``names`` are the ranges and servers of both."""
    troubles = Troubles()
    check_kinds(emitted, troubles)
    nodes = read_nodes(emitted, troubles)
    pods = [*read_pods(emitted, nodes, troubles)]
    namespaces = {"kube-system": dict[str, str]()}
    places: list[tuple[str, Place]] = []
    for place, body in emitted.of_kind("Namespace"):
        if metadata := troubles.read(Metadata, body["metadata"], place):
            namespaces[metadata.name] = metadata.labels
            places.append((metadata.name, place))
            pods += undeclared_pods(place, metadata.name, "undeclared")
    pods += _not_emitted(emitted, pods)
    policies = read_policies(emitted, troubles)
    servers = (
        *read_virtual_servers(emitted, troubles),
        *read_pairs(emitted, troubles),
        *read_balanced(emitted, nodes, troubles),
    )
    rows = tuple(read_rows(emitted, troubles))
    routes = tuple(_routes(emitted, troubles))
    gateways = tuple(read_gateways(emitted, troubles))
    attached = tuple(read_attached(emitted, by_name(gateways), troubles))
    cuts = [
        *(network for block in networks(policies) for network in (block.cidr, *block.without)),
        *(client for server in servers for _, client in server.clients),
        *(route.network for route in routes),
        *(end for row in rows for end in (row.source, row.destination)),
    ]
    space = Space(cuts, names)
    return View(
        facts=facts,
        nodes=nodes,
        pods=tuple(pods),
        policies=tuple(policies),
        namespaces=tuple(places),
        matrix=Matrix(pods, namespaces, space, policies),
        services=tuple(read_services(emitted, troubles)),
        servers=servers,
        holders=read_holders(emitted),
        rows=rows,
        exports=tuple(read_exports(emitted, troubles)),
        mounts=read_mounts(emitted, troubles),
        routes=routes,
        published=(
            *read_published(emitted, troubles),
            *(one for one in attached if isinstance(one, Published)),
        ),
        controllers=tuple(read_controllers(emitted)),
        gateways=gateways,
        redirects=tuple(one for one in attached if isinstance(one, Redirect)),
        endpoints=tuple(read_endpoints(emitted, troubles)),
        aliases=dict(read_aliases(emitted, troubles)),
        listeners=tuple(read_listeners(emitted, troubles)),
        egress_addresses=tuple(read_egress_addresses(emitted, troubles)),
        problems=tuple(troubles.problems),
    )


def _not_emitted(emitted: Emitted, pods: list[Pods]) -> Iterable[Pods]:
    """The name service, which comes with the cluster, and platform pods that are yet to come."""
    place = Place(f"{emitted.zone}/manifests", "(not emitted)")
    yield Pods(
        place=place,
        namespace=NAME_SERVICE.namespace,
        name="kube-dns",
        labels=dict(NAME_SERVICE.labels),
        named={"dns": port(53, "UDP"), "dns-tcp": port(53), "metrics": port(9153)},
        listening=frozenset({port(53, "UDP"), port(53), port(9153)}),
        replicas=2,
        spread=True,
        origin="given",
    )
    yield from undeclared_pods(place, NAME_SERVICE.namespace, "given")
    namespace, labels = PROMETHEUS
    if not any(pod.namespace == namespace and labels.items() <= pod.labels.items() for pod in pods):
        yield Pods(
            place=place, namespace=namespace, name="prometheus", labels=labels, origin="promised"
        )


def _routes(emitted: Emitted, troubles: Troubles) -> Iterable[Route]:
    place = emitted.document(ROUTES)
    for number, row in enumerate(csv.DictReader(io.StringIO(emitted.texts.get(ROUTES, "")))):
        at = place.at(f"line {number + 2}")
        try:
            for hop in row["next_hops"].split():
                yield Route(
                    place=at.at(hop),
                    network=IPv4Network(row["from"]),
                    prefix=IPv4Network(row["prefix"]),
                    hop=IPv4Address(hop),
                    port=int(row["port"]),
                )
        except (KeyError, ValueError):
            troubles.refuse(at, "a line that is no route")
