"""What every node of a zone connects to: the registry, and the servers that it asks for names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.declare.models.dns import Dns
from estate.declare.models.node_ports import PLATFORM, PROTOCOLS, Protocol
from estate.plan.model import VirtualServerPlan

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
    requirement: str


def node_needs(dns: Dns | None, servers: Iterable[VirtualServerPlan]) -> Iterator[NodeNeed]:
    """Each once: images come from the registry (G1), names from the zone's servers (J1)."""
    for server in servers:
        if (server.partition, server.name) == (PLATFORM, REGISTRY):
            yield NodeNeed(
                name=REGISTRY,
                owner=server.owner,
                address=server.address,
                port=server.port,
                protocol="TCP",
                requirement="G1",
            )
    if dns:
        asked = [*dns.resolvers, *(one for forward in dns.forwards for one in forward.servers)]
        for address in sorted(set(asked)):
            for protocol in PROTOCOLS:
                yield NodeNeed(
                    name="name server",
                    owner=dns.owner,
                    address=address,
                    port=53,
                    protocol=protocol,
                    requirement="J1",
                )
