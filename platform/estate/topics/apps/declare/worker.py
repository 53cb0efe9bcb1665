"""Apps that run on and listen nowhere: readers of queues, watchers, movers of files."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.values import Model
from estate.topics.apps.declare.common import ScalingApp


class Check(Model):
    """A program that says whether a container lives."""

    command: tuple[str, ...] = Field(
        min_length=1, max_length=100, examples=[["/opt/claims/bin/alive"]]
    )
    """A program of the image that ends with 0, with no shell around it."""


class WorkerHealth(Model):
    """Whether a worker lives: nobody connects to it, so nobody asks whether it is ready."""

    alive: Check | None = Field(default=None, examples=[{"command": ["/opt/claims/bin/alive"]}])
    """A program that says so; without it, only its own end starts the container anew."""


class WorkerApp(ScalingApp):
    """An app that runs on and listens nowhere."""

    kind: Literal["worker"]
    """``worker``: runs on and listens nowhere; it reads from what it connects to."""
    health: WorkerHealth = Field(
        default_factory=WorkerHealth,
        examples=[{"alive": {"command": ["/opt/claims/bin/alive"]}}],
    )
    """Whether it lives; without it, only its own end starts it anew."""
