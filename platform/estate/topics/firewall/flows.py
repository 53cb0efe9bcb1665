"""Flows of every node to what all nodes need, where a firewall stands before it (E14, G1, J1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.flows.model import Flow, ServerFlow
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.dns.plan import DnsPlan
from estate.topics.egress.plan.crossing import firewalls_before
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.firewall.plan.node_needs import node_needs
from estate.topics.nodes.plan import NodesPlan


def flows_through_firewalls(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of one zone that cross a declared firewall."""
    for out in plan.of(FirewallPlan).outgoing:
        if out.firewalls:
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
    firewalls = firewalls_before(loaded, plan.zone, "servers")
    if not firewalls:
        return
    control_plane = plan.of(ControlPlanePlan)
    nodes = [node for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    addresses = tuple(one.address for one in (*nodes, *control_plane.machines))
    answering = bool(control_plane.masters and control_plane.masters.pair)
    servers = plan.of(VirtualServersPlan).virtual_servers
    for one in node_needs(plan.of(DnsPlan).dns, servers, masters_answer=answering):
        yield ServerFlow(
            zone=plan.zone,
            subject=one.name,
            nodes=addresses,
            server=one.name,
            address=one.address,
            port=one.port,
            protocol=one.protocol,
            firewalls=firewalls,
        )
