"""Tenancy: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.tenancy.plan.model import TenantPlan


@dataclass(frozen=True, kw_only=True)
class TenancyPlan:
    """The tenants of one zone."""

    tenants: tuple[TenantPlan, ...]
    """By name."""
