"""Exceptions: the only way round a rule, each dated and answered for (B3, X8, X9, X12)."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from estate.declare.models.values import Model, Owner, refusal
from estate.declare.problems import shown
from estate.declare.rules import RuleName


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    text = value if isinstance(value, str) else str(value)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise refusal("bad-date", f"{shown(text)} is not a day", 'year-month-day, like "2026-01-31"')


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


class RuleException(Model):
    """One rule that does not hold in one namespace, for a while."""

    rule: RuleName = Field(examples=["host-path"])
    """The rule that is opened; every other one still holds there."""
    namespace: str = Field(min_length=1, max_length=63, examples=["estate-logging"])
    """A namespace of the platform, or that of one app with a pool of its own."""
    reason: str = Field(
        min_length=1, max_length=500, examples=["reads container logs from the nodes' disks"]
    )
    """Why it is needed: what an auditor reads."""
    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of who answers for it."""
    approved: Day = Field(examples=["2026-01-31"])
    """The day it was approved; it holds from then on."""
    expires: Day = Field(examples=["2026-07-31"])
    """The last day it holds; then it is renewed or goes."""
