"""What every node of a zone connects to: API servers, the registry, name servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.declarations.stack import Stack
from estate.reader.values import Protocol
from estate.topics.egress.plan.firewall_row import Purpose
from estate.topics.exposure.declare.load_balancers import MetalLB
from estate.topics.exposure.declare.node_ports import PLATFORM, PROTOCOLS
from estate.topics.exposure.plan.balancers import carrier, held_by_masters
from estate.topics.exposure.plan.model import API_SERVER, VirtualServerPlan

REGISTRY = "registry"
"""The virtual server that nodes pull images from."""


@dataclass(frozen=True, kw_only=True)
class NodeNeed:
    """A server that all nodes of the zone connect to, whatever runs on them."""

    name: str
    owner: str
    address: IPv4Address
    port: int
    protocol: Protocol
    purpose: Purpose
    firewalls: tuple[str, ...]
    """Those in between, by name."""


def node_needs(stack: Stack, servers: Iterable[VirtualServerPlan]) -> Iterator[NodeNeed]:
    """Each once: what to run comes from the API servers (A3), images from the registry (G1), names
    from the zone's servers (J1). Masters that answer themselves stand among the nodes."""
    purposes: dict[str, Purpose] = {REGISTRY: "images", API_SERVER: "API servers"}
    before_servers = tuple(
        firewall.name for firewall in stack.firewalls if firewall.before == "servers"
    )
    for server in servers:
        own = server.partition == PLATFORM and server.name in purposes
        if own and not held_by_masters(stack, server):
            yield NodeNeed(
                name=server.name,
                owner=server.owner,
                address=server.address,
                port=server.port,
                protocol="TCP",
                purpose=purposes[server.name],
                firewalls=(*before_servers, *_to_the_balancer(stack)),
            )
    if dns := stack.dns:
        asked = [*dns.resolvers, *(one for forward in dns.forwards for one in forward.servers)]
        for address in sorted(set(asked)):
            for protocol in PROTOCOLS:
                yield NodeNeed(
                    name="name server",
                    owner=dns.owner,
                    address=address,
                    port=53,
                    protocol=protocol,
                    purpose="names",
                    firewalls=before_servers,
                )


def _to_the_balancer(stack: Stack) -> Iterator[str]:
    """The firewalls between nodes and virtual addresses, which the load balancer holds.

    What stands between the load balancer and nodes stands between nodes and its addresses. Nodes
    that answer for addresses themselves cross nothing.
    """
    if isinstance(carrier(stack, PLATFORM), MetalLB):
        return
    for firewall in stack.firewalls:
        if firewall.before == "nodes" or (firewall.before == "vips" and firewall.nodes_cross):
            yield firewall.name
