"""A group and the role that it has: the value."""

from __future__ import annotations

from dataclasses import dataclass

from estate.objects.roles import Role as AccessRole


@dataclass(frozen=True, kw_only=True)
class BindingPlan:
    """A group and the role that its members have (B8)."""

    role: AccessRole
    group: str
    """As the API server knows it: its issuer's name stands before it."""
