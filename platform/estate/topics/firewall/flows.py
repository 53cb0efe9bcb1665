"""Flows of every node to what all nodes need, where a firewall stands before it (E14, G1, J1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.flows.model import Flow, ServerFlow
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.firewall.plan.node_needs import node_needs
from estate.topics.nodes.plan import NodesPlan


def flows_through_firewalls(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of one zone that cross a declared firewall."""
    for out in plan.of(FirewallPlan).outgoing:
        if out.firewalls and not out.of_apps:
            yield ServerFlow(
                zone=plan.zone,
                subject=out.component,
                nodes=tuple(address for _, address in out.sources),
                server=out.server,
                address=out.address,
                port=out.port,
                protocol=out.protocol,
                firewalls=out.firewalls,
            )
    within = tuple(
        firewall.name for firewall in plan.of(FirewallPlan).firewalls if firewall.before == "peers"
    )
    for group in plan.of(FirewallPlan).peers if within else ():
        for name, address in group.machines:
            yield ServerFlow(
                zone=plan.zone,
                subject="keepalived",
                nodes=tuple(other for _, other in group.machines if other != address),
                server=f"peer {name}",
                address=address,
                port=0,
                protocol="VRRP",
                firewalls=within,
            )
    nodes = [node for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    machines = (*nodes, *plan.of(ControlPlanePlan).machines)
    servers = plan.of(VirtualServersPlan).virtual_servers
    for node_need in node_needs(loaded.stacks[plan.zone].value, servers):
        if node_need.firewalls:
            yield ServerFlow(
                zone=plan.zone,
                subject=node_need.name,
                nodes=tuple(machine.address for machine in machines),
                server=node_need.name,
                address=node_need.address,
                port=node_need.port,
                protocol=node_need.protocol,
                firewalls=node_need.firewalls,
            )
