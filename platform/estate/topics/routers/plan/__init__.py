"""Routers: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.routers.plan.model import RouterPlan


@dataclass(frozen=True, kw_only=True)
class RoutersPlan:
    """The router shards of one zone."""

    routers: tuple[RouterPlan, ...]
    """By name."""
