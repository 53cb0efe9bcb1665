"""What every node of a zone connects to: API servers, the registry, name servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.reader.values import Protocol
from estate.topics.dns.declare import Dns
from estate.topics.egress.plan.firewall_row import Purpose
from estate.topics.exposure.declare.node_ports import PLATFORM, PROTOCOLS
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


def node_needs(
    dns: Dns | None, servers: Iterable[VirtualServerPlan], *, masters_answer: bool
) -> Iterator[NodeNeed]:
    """Each once: what to run comes from the API servers (A3), images from the registry (G1), names
    from the zone's servers (J1). Masters that answer themselves stand among the nodes."""
    purposes: dict[str, Purpose] = {REGISTRY: "images"}
    if not masters_answer:
        purposes[API_SERVER] = "API servers"
    for server in servers:
        if server.partition == PLATFORM and server.name in purposes:
            yield NodeNeed(
                name=server.name,
                owner=server.owner,
                address=server.address,
                port=server.port,
                protocol="TCP",
                purpose=purposes[server.name],
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
                    purpose="names",
                )
