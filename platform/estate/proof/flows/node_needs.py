"""From every node to what all nodes need, where a firewall stands before it (E14, G1, J1)."""

from __future__ import annotations

from ipaddress import IPv4Network

from estate.flows.model import ServerFlow
from estate.proof.engine.firewalls import cross
from estate.proof.engine.trail import Trail
from estate.proof.readers.firewall_rows import Rows
from estate.proof.readers.ports import port


def follow_servers(trail: Trail, flow: ServerFlow, rows: Rows) -> None:
    """A row for every node; no policy holds a node itself."""
    sources = [IPv4Network(node) for node in flow.nodes]
    wanted = port(flow.port, flow.protocol)
    cross(trail, rows, flow.firewalls, sources, [flow.address], wanted)
