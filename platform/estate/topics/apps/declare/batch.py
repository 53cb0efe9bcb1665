"""Apps that run at certain times and end (K6)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.times import Schedule, TimeZone
from estate.topics.apps.declare.common import AppBase


class BatchApp(AppBase):
    """An app that starts on a schedule, does its work and ends."""

    kind: Literal["batch"]
    """``batch``: started by a schedule; it has no clients."""
    schedule: Schedule = Field(examples=["30 2 * * 1-5"])
    """Minute, hour, day of the month, month, day of the week (0 or SUN is Sunday)."""
    time_zone: TimeZone = Field(default="Etc/UTC", examples=["Europe/Berlin"])
    """The time zone of the schedule. A run can fall into the hour that summer time skips."""
    time_limit: int = Field(default=3600, ge=60, le=86_400)
    """Seconds after which a run is ended and counts as failed."""
    start_within: int = Field(default=600, ge=60, le=86_400)
    """The most seconds that a start may be late; a later run is skipped."""
    suspended: bool = False
    """Whether no further run starts; one that runs goes on to its end."""
    retries: int = Field(default=0, ge=0, le=6)
    """How often a failed run is repeated; 0 for work that must not run twice."""
