"""Egress: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.egress.plan.model import EgressAddressesPlan, RelaysPlan


@dataclass(frozen=True, kw_only=True)
class EgressPlan:
    """How connections leave one zone's cluster."""

    relays: RelaysPlan | None
    """None where no app connects by them."""
    egress_addresses: EgressAddressesPlan | None
    """None where no app's connections leave by them."""
