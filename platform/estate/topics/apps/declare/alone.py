"""Apps of one pod: allowed with a reason (X5)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator

from estate.reader.values import Model, refusal


class Alone(Model):
    """Why one pod is enough, and whether an update may run two for a while."""

    why: str = Field(
        min_length=10, max_length=300, examples=["it holds the lock of the settlement file"]
    )
    """The reason, as a sentence: it stands in explain and among the notices of check."""
    overlap: bool = False
    """Whether the new pod of an update starts before the old one ends. Without it, the old one
    ends first, and nothing answers until the new one is ready."""


def _alone(value: Any) -> Alone:
    if isinstance(value, str):
        return Alone.model_validate({"why": value})
    if isinstance(value, dict):
        return Alone.model_validate(value)
    raise refusal(
        "wrong-type",
        "found neither text nor a mapping",
        "the reason, or a mapping of why and overlap",
        "Example: alone: it holds the lock of the settlement file",
    )


AnyAlone = Annotated[Alone, PlainValidator(_alone, json_schema_input_type=str | Alone)]
"""The reason, or the reason with what an update may do."""
