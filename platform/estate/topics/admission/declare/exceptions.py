"""Exceptions: the only way round a rule, each dated and answered for (B3, X8, X9, X12)."""

from __future__ import annotations

from pydantic import Field

from estate.reader.times import Day
from estate.reader.values import Line, Model, Owner
from estate.topics.admission.declare.rules import RuleName


class RuleException(Model):
    """One rule that does not apply in one namespace, until a day."""

    rule: RuleName = Field(examples=["host-path"])
    """The rule that does not apply; all others do."""
    namespace: Line = Field(min_length=1, max_length=63, examples=["estate-logging"])
    """A namespace of the platform, or that of one app with a pool of its own."""
    reason: Line = Field(
        min_length=1, max_length=500, examples=["reads container logs from the nodes' disks"]
    )
    """The reason, for auditors."""
    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of its owner."""
    approved: Day = Field(examples=["2026-01-31"])
    """The day of approval; the exception starts then."""
    expires: Day = Field(examples=["2026-07-31"])
    """Its last day; afterwards it is renewed or removed."""
