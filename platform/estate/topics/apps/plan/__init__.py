"""Apps: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.apps.plan.model import AppPlan


@dataclass(frozen=True, kw_only=True)
class AppsPlan:
    """The apps of one zone."""

    apps: tuple[AppPlan, ...]
    """By name."""
