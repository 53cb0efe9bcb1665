"""One connection of the platform's own machines to a server outside of their cluster (E14)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from estate.declarations.catalogue import Catalogue
from estate.plan import Plan
from estate.reader.values import Zone
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.egress.plan.firewall_row import Purpose
from estate.topics.exposure.declare.node_ports import Protocol
from estate.topics.nodes.plan import NodesPlan

NTP = 123

Source = tuple[str, IPv4Address]


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One server, and the machines that connect to it."""

    component: str
    """The program that connects."""
    sources: tuple[Source, ...]
    server: str
    owner: str
    address: IPv4Address
    port: int
    protocol: Protocol
    purpose: Purpose
    destination_zone: Zone | Literal["outside"]
    firewalls: tuple[str, ...]
    """Those in between, by name; none where no declared firewall stands there."""
    pools: tuple[str, ...] = ()
    """The pools whose nodes the sources are, where a table says no more: a node more changes no
    line of it."""
    of_apps: bool = False
    """Whether apps need it, whose own rows name them."""


def machines_of(plan: Plan) -> tuple[Source, ...]:
    """Nodes and masters."""
    nodes = [node for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    machines = [*nodes, *plan.of(ControlPlanePlan).machines]
    return tuple(sorted((machine.name, machine.address) for machine in machines))


def before_servers(catalogue: Catalogue, zone: Zone) -> tuple[str, ...]:
    """The zone's firewalls between its nodes and its servers."""
    return tuple(
        firewall.name
        for firewall in catalogue.stack(zone).firewalls
        if firewall.before == "servers"
    )
