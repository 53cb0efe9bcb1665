"""How many pods of an app there may be at once: what quotas and pools have to have room for."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.apps.declare.common import RunningApp, ScalingApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.beside import with_further
from estate.topics.apps.plan.log_files import READS_FILES, pattern_of
from estate.topics.nodes.plan.model import Amount


@dataclass(frozen=True, kw_only=True)
class Peak:
    """The most that an app runs."""

    pod: Amount
    """What one pod requests."""
    least: int
    """The pods that run at any load."""
    running: int
    """The most pods that run while nothing is updated."""
    surge: int
    """The pods that an update starts before it stops old ones."""


def peak(app: App, ceiling: int | None = None) -> Peak:
    """The most that the app runs; what is retired runs nothing and is not to be asked.

    ``ceiling`` is what its own pool carries, where the app declares no most of its own (D3).
    """
    pod = Amount(cpu=app.size.cpu, memory=app.size.memory, pods=1)
    if pattern_of(app):
        pod += READS_FILES
    pod = with_further(app, pod)
    least = app.replicas if isinstance(app, RunningApp) else 1
    if not isinstance(app, ScalingApp) or (app.alone and not app.alone.overlap):
        return Peak(pod=pod, least=least, running=least, surge=0)
    most = (app.scale.max or ceiling or least) if app.scale else least
    return Peak(pod=pod, least=least, running=max(least, most), surge=1)
