"""Machines that hold addresses together by VRRP, protocol 112, between each other only (E9, E14).

The number is IANA's (https://www.iana.org/assignments/protocol-numbers). keepalived's files name
each peer (``unicast_peer``): no other machine has to send or receive it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import permutations

from estate.declarations.stack import Stack
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.exposure.declare.node_ports import PLATFORM
from estate.topics.exposure.plan.balancers import balancers

VRRP = 112


@dataclass(frozen=True, kw_only=True)
class Peers:
    """Machines of one segment, each by name and address."""

    name: str
    owner: str
    machines: tuple[tuple[str, IPv4Address], ...]


def peers_of(stack: Stack) -> Iterator[Peers]:
    """Masters, pools and pairs of load balancers, where keepalived moves their addresses."""
    if stack.masters and stack.masters.keepalived:
        masters = tuple(sorted((node.name, node.address) for node in stack.masters.nodes))
        yield Peers(name="masters", owner=stack.masters.owner, machines=masters)
    for pool in sorted(stack.pools, key=lambda one: one.name):
        if pool.keepalived:
            own = sorted((n.name, n.address) for n in stack.nodes if n.pool == pool.name)
            routers = stack.routers.owner if stack.routers and pool.role == "router" else ""
            yield Peers(
                name=f"pool {pool.name}",
                owner=routers or _platform(stack),
                machines=tuple(own),
            )
    for _, balancer in balancers(stack):
        if isinstance(balancer, HAProxyPair):
            hosts = tuple(sorted((host.name, host.address) for host in balancer.hosts))
            yield Peers(name=balancer.name, owner=_platform(stack), machines=hosts)


def _platform(stack: Stack) -> str:
    """The mailbox of the platform's team, from what it owns."""
    owned = (stack.masters, stack.registry.external, stack.monitoring, stack.logging)
    return next((one.owner for one in owned if one), "")


def peer_rows(stack: Stack) -> Iterator[FirewallRow]:
    """Each machine to each of its peers, through a firewall within their segment."""
    for firewall in (one for one in stack.firewalls if one.before == "peers"):
        for group in peers_of(stack):
            for (name, address), (other, its) in permutations(group.machines, 2):
                yield FirewallRow(
                    tenant=PLATFORM,
                    app="keepalived",
                    namespace="",
                    owner=group.owner,
                    firewall=firewall.name,
                    source_zone=stack.cluster.zone,
                    source_node=name,
                    source_address=address,
                    destination_zone=stack.cluster.zone,
                    destination_name=other,
                    destination_address=its,
                    port=0,
                    protocol="VRRP",
                    purpose="virtual addresses",
                    what=f"its peer {other}",
                )
