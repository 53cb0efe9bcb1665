"""What firewall teams are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from estate.reader.values import Protocol, Zone

Purpose = Literal[
    "clients",
    "members",
    "database",
    "relayed database",
    "app",
    "relayed app",
    "log files",
    "access logs",
    "images",
    "registry files",
    "API servers",
    "names",
    "sign-in",
    "time",
    "alerts",
    "probes",
    "backups",
    "audit log",
    "virtual addresses",
]
"""What a row's connections are for."""


RowProtocol = Protocol | Literal["VRRP"]
"""What rows let through. VRRP, IP protocol 112, has no ports: rows of it have port 0."""


@dataclass(frozen=True, kw_only=True)
class FirewallRow:
    """One rule for the firewall team: one source, one destination (F2, E14)."""

    firewall: str
    source_zone: Zone | Literal["outside"]
    source_node: str
    """What has the address: a node, the zone's egress, a load balancer, or clients."""
    source_address: IPv4Address | IPv4Network
    """Of clients a range, of all else one address."""
    destination_zone: Zone | Literal["outside"]
    destination_name: str
    destination_address: IPv4Address
    port: int
    protocol: RowProtocol = "TCP"
    tenant: str
    app: str
    """What needs it: an app, or a service of the platform's own."""
    namespace: str
    owner: str
    purpose: Purpose
    what: str = ""
    """What is reached, in words."""
    ticket: str = ""
    """The order under which it is requested."""
    valid_until: date | None = None
    """Its last day."""
