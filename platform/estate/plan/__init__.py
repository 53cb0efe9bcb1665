"""From declarations to a plan: pure derivations, one module per concern."""

from estate.plan.derive import Derived, derive, derive_on
from estate.plan.model.zone import Plan

__all__ = ["Derived", "Plan", "derive", "derive_on"]
