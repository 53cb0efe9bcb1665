"""Names: the names of a zone's addresses, and the servers of its cluster (J1 to J4)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.dns.declare import Dns
from estate.topics.dns.plan.domains import host_of
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.nodes.plan import NodesPlan


@dataclass(frozen=True, order=True)
class NamePlan:
    """A name and its address. Of several names of an address the first one is its own."""

    name: str
    address: IPv4Address


def names_of(plan: Plan, dns: Dns) -> tuple[NamePlan, ...]:
    """Every name that the zone gives: its nodes', its virtual servers', its name servers'."""
    found = [
        NamePlan(host_of(node.name, dns.node_domain), node.address)
        for pool in plan.of(NodesPlan).pools
        for node in pool.nodes
    ]
    masters = plan.of(ControlPlanePlan).machines
    found += [NamePlan(host_of(master.name, dns.node_domain), master.address) for master in masters]
    found += [
        NamePlan(name, server.address)
        for server in plan.of(VirtualServersPlan).virtual_servers
        if server.running
        for name in server.names
    ]
    found += [NamePlan(server.name, server.address) for server in dns.name_servers]
    return tuple(sorted(set(found)))
