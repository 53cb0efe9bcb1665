"""Exceptions: the only way round a rule, each dated and answered for (B3, X8, X9, X12)."""

from __future__ import annotations

from pydantic import Field

from estate.reader.times import Day
from estate.reader.values import Line, Model, Owner
from estate.topics.admission.declare.rules import RuleName


class RuleException(Model):
    """One rule that does not hold in one namespace, for a while."""

    rule: RuleName = Field(examples=["host-path"])
    """The rule that is opened; every other one still holds there."""
    namespace: Line = Field(min_length=1, max_length=63, examples=["estate-logging"])
    """A namespace of the platform, or that of one app with a pool of its own."""
    reason: Line = Field(
        min_length=1, max_length=500, examples=["reads container logs from the nodes' disks"]
    )
    """Why it is needed: what an auditor reads."""
    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of who answers for it."""
    approved: Day = Field(examples=["2026-01-31"])
    """The day it was approved; it holds from then on."""
    expires: Day = Field(examples=["2026-07-31"])
    """The last day it holds; then it is renewed or goes."""
