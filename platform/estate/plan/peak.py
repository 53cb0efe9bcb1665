"""How many pods of an app there may be at once: what quotas and pools have to have room for."""

from __future__ import annotations

from dataclasses import dataclass

from estate.declare.models import App
from estate.plan.model import Amount


@dataclass(frozen=True, kw_only=True)
class Peak:
    """The most that an app runs."""

    pod: Amount
    """What one pod requests."""
    running: int
    """The most pods that run while nothing is updated."""
    surge: int
    """The pods that an update starts before it stops old ones."""


def peak(app: App) -> Peak:
    """The most that the app runs; what is retired runs nothing and is not to be asked."""
    pod = Amount(cpu=app.size.cpu, memory=app.size.memory, pods=1)
    return Peak(pod=pod, running=app.replicas, surge=1)
