"""One pod is an outage at each update and each lost node: it takes a reason (X5)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Declared, Problem
from estate.topics.apps.declare.common import RunningApp, ScalingApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.stateful import StatefulApp


def check_alone(catalogue: Catalogue) -> list[Problem]:
    """A problem for each app of one pod without a reason, and for each reason without need."""
    return [problem for declared in catalogue.apps for problem in _problems(declared)]


def _problems(declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    if not isinstance(app, RunningApp):
        return
    if app.replicas == 1 and app.alone is None:
        yield declared.problem(
            "one-replica",
            ("replicas",),
            "one pod: nothing is left while it restarts, and when its node is lost",
            "2 or more, or 1 beside 'alone' with the reason",
            "Example: alone: it holds the lock of the settlement file",
        )
    elif app.alone and app.replicas > 1:
        yield declared.problem(
            "not-alone",
            ("alone",),
            f"'alone' stands beside {app.replicas} replicas",
            "alone beside replicas: 1",
            "Leave 'alone' out",
        )
    elif app.alone and isinstance(app, ScalingApp) and app.scale:
        yield declared.problem(
            "not-alone",
            ("scale",),
            "an app that is alone has no further replicas",
            "scale without 'alone'",
            "Leave one of the two out",
        )
    elif app.alone and app.alone.overlap and isinstance(app, StatefulApp):
        yield declared.problem(
            "no-overlap",
            ("alone", "overlap"),
            "a pod with a volume of its own ends before the next one starts",
            "overlap of apps that keep nothing",
            "Leave 'overlap' out",
        )
