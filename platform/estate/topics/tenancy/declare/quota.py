"""Quotas: how much a namespace may request, by number or by the name of a size (C1)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from estate.reader.amounts import Resources
from estate.reader.problems import did_you_mean, shown
from estate.reader.values import Model, refusal

QuotaSize = Literal["S", "M", "L"]
SIZES: tuple[QuotaSize, ...] = ("S", "M", "L")


class Quota(Resources):
    """The sum of requests of a namespace's pods."""

    pods: int = Field(ge=1, le=1000, examples=[20])
    """The most pods, with the one that a rolling update adds."""


def _quota(value: Any) -> Quota | QuotaSize:
    if value in SIZES:
        return value
    if isinstance(value, str):
        raise refusal(
            "not-a-choice",
            f"found {shown(value)}",
            f"{', '.join(SIZES)}, or a mapping of cpu, memory, pods",
            did_you_mean(value, list(SIZES)) or did_you_mean(value.upper(), list(SIZES)),
        )
    return Quota.model_validate(value)


AnyQuota = Annotated[
    Quota | QuotaSize, PlainValidator(_quota, json_schema_input_type=Quota | QuotaSize)
]
"""A size by name, as the zone's stack file defines it, or the amounts themselves."""


class QuotaSizes(Model):
    """The figures of each quota size in this zone."""

    S: Quota = Quota(cpu="4", memory="8Gi", pods=20)  # pyright: ignore[reportArgumentType]
    """A small team: a few services."""
    M: Quota = Quota(cpu="8", memory="16Gi", pods=40)  # pyright: ignore[reportArgumentType]
    """The ordinary size."""
    L: Quota = Quota(cpu="16", memory="32Gi", pods=80)  # pyright: ignore[reportArgumentType]
    """Many apps, or large ones."""

    def of(self, quota: Quota | QuotaSize) -> Quota:
        """The amounts behind a declared quota."""
        if isinstance(quota, Quota):
            return quota
        return {"S": self.S, "M": self.M, "L": self.L}[quota]
