"""Firewall: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.egress.declare.firewalls import Firewall
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.firewall.plan.node_needs import NodeNeed
from estate.topics.firewall.plan.outgoing import Outgoing


@dataclass(frozen=True, kw_only=True)
class FirewallPlan:
    """The firewalls on the way into one zone and within it."""

    firewalls: tuple[Firewall, ...]
    """As declared."""
    rows: tuple[FirewallRow, ...]
    """What they have to let through."""
    needs: tuple[NodeNeed, ...]
    """The servers that every node and master connects to."""
    outgoing: tuple[Outgoing, ...]
    """What else the platform's own machines connect to."""
