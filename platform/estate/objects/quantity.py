"""Kubernetes quantities, read back."""

from __future__ import annotations

import re
from decimal import Decimal

_BINARY = {
    suffix: Decimal(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi"), 1)
}
_DECIMAL = {suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTP", 1)}
_SUFFIXES = {"": Decimal(1), "m": Decimal(1) / 1000, **_BINARY, **_DECIMAL}


def quantity(text: str) -> Decimal:
    """A Kubernetes quantity as a number. Raises ValueError for what is none."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([a-zA-Z]{0,2})", text)
    if match is None or match[2] not in _SUFFIXES:
        raise ValueError(f"'{text}' is not a quantity")
    return Decimal(match[1]) * _SUFFIXES[match[2]]
