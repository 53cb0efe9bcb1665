"""Names: the names of a zone's addresses, and the servers of its cluster (J1 to J4)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.plan import Plan
from estate.topics.dns.declare import Dns


@dataclass(frozen=True, order=True)
class NamePlan:
    """A name and its address. Of several names of an address the first one is its own."""

    name: str
    address: IPv4Address


def names_of(plan: Plan, dns: Dns) -> tuple[NamePlan, ...]:
    """Every name that the zone gives: its nodes', its virtual servers', its name servers'."""
    found = [
        NamePlan(f"{node.name}.{dns.node_domain}", node.address)
        for pool in plan.pools
        for node in pool.nodes
    ]
    masters = plan.masters.masters if plan.masters else ()
    found += [NamePlan(f"{one.name}.{dns.node_domain}", one.address) for one in masters]
    found += [
        NamePlan(name, server.address)
        for server in plan.virtual_servers
        if server.running
        for name in server.names
    ]
    found += [NamePlan(server.name, server.address) for server in dns.name_servers]
    return tuple(sorted(set(found)))
