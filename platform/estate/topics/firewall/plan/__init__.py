"""Firewall: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.egress.declare.firewalls import Firewall
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.firewall.plan.connections import Outgoing
from estate.topics.firewall.plan.known import KnownFirewall
from estate.topics.firewall.plan.node_needs import NodeNeed
from estate.topics.firewall.plan.peers import Peers
from estate.topics.firewall.plan.rules import NamedSet


@dataclass(frozen=True, kw_only=True)
class FirewallPlan:
    """The firewalls on the way into one zone and within it."""

    firewalls: tuple[Firewall, ...]
    """As declared."""
    known: tuple[KnownFirewall, ...]
    """Those of both zones: rows of one zone may cross the other's."""
    sets: tuple[NamedSet, ...]
    """What groups of addresses are called."""
    rows: tuple[FirewallRow, ...]
    """What they have to let through."""
    needs: tuple[NodeNeed, ...]
    """The servers that every node and master connects to."""
    outgoing: tuple[Outgoing, ...]
    """What else the platform's own machines connect to."""
    peers: tuple[Peers, ...]
    """Machines that agree among themselves on the holder of an address."""
