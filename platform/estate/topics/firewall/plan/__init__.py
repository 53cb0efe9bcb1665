"""Firewall: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.egress.declare.firewalls import Firewall
from estate.topics.egress.plan.firewall_row import FirewallRow


@dataclass(frozen=True, kw_only=True)
class FirewallPlan:
    """The firewalls on the way into one zone and within it."""

    firewalls: tuple[Firewall, ...]
    """As declared."""
    rows: tuple[FirewallRow, ...]
    """What they have to let through."""
