"""From every node to what all nodes need, where a firewall stands before it (E14, G1, J1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.plan import Plan
from estate.proof.engine.firewalls import cross
from estate.proof.engine.flows import Flow
from estate.proof.engine.trail import Trail
from estate.proof.readers.firewall_rows import Rows
from estate.proof.readers.ports import Protocol, port
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.dns.plan import DnsPlan
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.firewall.plan.node_needs import node_needs
from estate.topics.nodes.plan import NodesPlan


@dataclass(frozen=True, kw_only=True)
class ServerFlow(Flow):
    """Nodes to a server of the zone."""

    nodes: tuple[IPv4Address, ...]
    server: str
    address: IPv4Address
    port: int
    protocol: Protocol
    firewalls: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"nodes -> {self.server} {self.address}:{self.port}/{self.protocol}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {IPv4Network(self.address): self.server}


def server_flows(plans: Iterable[Plan]) -> Iterator[Flow]:
    """Of every zone that has a firewall before its servers; elsewhere nothing stands between."""
    for plan in plans:
        firewalls = tuple(
            one.name for one in plan.of(FirewallPlan).firewalls if one.before == "servers"
        )
        if firewalls:
            control_plane = plan.of(ControlPlanePlan)
            machines = (
                *(node for pool in plan.of(NodesPlan).pools for node in pool.nodes),
                *control_plane.machines,
            )
            nodes = tuple(one.address for one in machines)
            answering = bool(control_plane.masters and control_plane.masters.pair)
            for one in node_needs(
                plan.of(DnsPlan).dns,
                plan.of(VirtualServersPlan).virtual_servers,
                masters_answer=answering,
            ):
                yield ServerFlow(
                    zone=plan.zone,
                    subject=one.name,
                    nodes=nodes,
                    server=one.name,
                    address=one.address,
                    port=one.port,
                    protocol=one.protocol,
                    firewalls=firewalls,
                )


def follow_servers(trail: Trail, flow: ServerFlow, rows: Rows) -> None:
    """A row for every node; no policy holds a node itself."""
    sources = [IPv4Network(one) for one in flow.nodes]
    wanted = port(flow.port, flow.protocol)
    cross(trail, rows, flow.firewalls, sources, [flow.address], wanted)
