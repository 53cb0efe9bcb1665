"""Amounts in cells: cores and GiB as numbers, which spreadsheets and programs add up."""

from __future__ import annotations

from estate.topics.nodes.plan.model import Amount


def cores(amount: Amount) -> float | int:
    """CPU in cores."""
    return _short(amount.cpu / 1000)


def gib(size: int) -> float | int:
    """Bytes in GiB."""
    return _short(size / 2**30)


def _short(number: float) -> float | int:
    rounded = round(number, 2)
    return int(rounded) if rounded == int(rounded) else rounded
