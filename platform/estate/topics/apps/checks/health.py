"""Liveness is not readiness (A4, X3)."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Problem
from estate.topics.apps.declare.reached import HttpApp
from estate.topics.apps.declare.stateful import StatefulApp


def check_health(catalogue: Catalogue) -> list[Problem]:
    """A problem for each app whose liveness path is the one by which it says that it can serve."""
    return [
        declared.problem(
            "liveness-is-readiness",
            ("liveness",),
            f"'{app.liveness}' is the path of 'health' too: when a database is away, every replica "
            "would be restarted",
            "another path than that of 'health'",
            "Leave 'liveness' out: then the port has to accept",
        )
        for declared in catalogue.apps
        if isinstance(app := declared.value, HttpApp | StatefulApp)
        and app.liveness is not None
        and app.liveness == app.health
    ]
