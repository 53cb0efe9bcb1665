"""Numbers and lists in sentences."""

from __future__ import annotations

from collections.abc import Iterable


def counted(count: int, what: str) -> str:
    """``1 node``, ``2 nodes``."""
    return f"{count} {what}{'s' if count != 1 else ''}"


def listed(items: Iterable[str]) -> str:
    """``a, b, c``."""
    return ", ".join(items)
