"""From declarations to a plan: pure derivations, one module per concern."""

from estate.plan.derive import Derived, derive
from estate.plan.model import Plan

__all__ = ["Derived", "Plan", "derive"]
