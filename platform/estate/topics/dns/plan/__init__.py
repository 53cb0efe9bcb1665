"""Dns: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.dns.declare import Dns


@dataclass(frozen=True, kw_only=True)
class DnsPlan:
    """One zone's names, as declared."""

    dns: Dns | None
    """None where the stack declares no names."""
