"""Kubernetes quantities in their canonical form, as the API server gives them back.

`1000m` and `1` are the same quantity; compared as text they would be a change forever.
"""

from __future__ import annotations

import re
from fractions import Fraction

_FORM = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)?$")
_BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
_DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
_UNIT = _DECIMAL.index("")


def canonical(text: str) -> str:
    """The quantity as the API server writes it; what is not one (or in exponents) stays."""
    match = _FORM.match(text)
    if match is None:
        return text
    number, suffix = Fraction(match.group(1)), match.group(2) or ""
    if suffix in _BINARY and suffix:
        value = number * 1024 ** _BINARY.index(suffix)
        if value.denominator == 1:
            return _largest(value, _BINARY, 1024, 0) if abs(value) >= 1024 else str(value)
        return _largest(value, _DECIMAL, 1000, _UNIT)
    value = number * Fraction(1000) ** (_DECIMAL.index(suffix) - _UNIT)
    return _largest(value, _DECIMAL, 1000, _UNIT)


def _largest(value: Fraction, suffixes: list[str], step: int, unit: int) -> str:
    """The number with the largest suffix that leaves it whole."""
    if value == 0:
        return "0"
    for index in reversed(range(len(suffixes))):
        scaled = value / Fraction(step) ** (index - unit)
        if scaled.denominator == 1:
            return f"{scaled}{suffixes[index]}"
    smallest = value / Fraction(step) ** -unit
    rounded_up = -((-smallest.numerator) // smallest.denominator)
    return f"{rounded_up}{suffixes[0]}"
