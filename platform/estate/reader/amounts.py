"""Amounts of declarations: CPU and memory as people write them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import Model, refusal

_CPU = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(m?)")
_MEMORY = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)(Ki|Mi|Gi|Ti)")
_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
MAX_CPU = 10**7
MAX_MEMORY = 2**50


def cpu_amount(value: object) -> int:
    """Millicores; a refusal with what is allowed otherwise."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    match = _CPU.fullmatch(text)
    if match:
        milli = _whole(match[1], 1 if match[2] else 1000)
        if milli and milli <= MAX_CPU:
            return milli
    raise refusal(
        "bad-cpu",
        f"{shown(value)} is not an amount of CPU",
        'cores such as 2 or "0.5", or millicores such as 500m',
    )


def _memory(value: object) -> int:
    match = _MEMORY.fullmatch(value) if isinstance(value, str) else None
    if match:
        size = _whole(match[1], _UNITS[match[2]])
        if size and size <= MAX_MEMORY:
            return size
    raise refusal(
        "bad-memory",
        f"{shown(value)} is not an amount of memory",
        "a number with Mi, Gi or Ti, such as 512Mi or 4Gi",
        _memory_hint(value),
    )


def _memory_hint(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**4:
        return f"Did you mean '{value}Gi'?"
    if isinstance(value, str) and (match := re.fullmatch(r"([0-9]{1,9}) ?([KMGT])[bB]?", value)):
        return f"Did you mean '{match[1]}{match[2]}i'?"
    return ""


def _whole(number: str, unit: int) -> int | None:
    amount = Decimal(number) * unit
    return int(amount) if amount == amount.to_integral_value() and amount > 0 else None


Cpu = Annotated[
    int,
    BeforeValidator(cpu_amount),
    WithJsonSchema({"type": ["string", "integer"], "pattern": r"^[0-9]+(\.[0-9]+)?m?$"}),
]
"""CPU in millicores."""

Memory = Annotated[
    int,
    BeforeValidator(_memory),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti)$"}),
]
"""Memory (or storage) in bytes."""


class Resources(Model):
    """An amount of CPU (cores or millicores) and memory."""

    cpu: Cpu = Field(examples=[2, "500m"])
    """Cores, or millicores with m."""
    memory: Memory = Field(examples=["4Gi"])
    """Memory, with Mi or Gi."""
