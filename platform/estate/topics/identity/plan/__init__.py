"""Identity: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.identity.declare.issuers import Identity
from estate.topics.identity.plan.bindings import BindingPlan


@dataclass(frozen=True, kw_only=True)
class IdentityPlan:
    """Who signs in to one zone, and the rights of the platform's groups."""

    identity: Identity
    """As declared."""
    bindings: tuple[BindingPlan, ...]
    """The platform's own groups, whose rights hold in the whole cluster."""
