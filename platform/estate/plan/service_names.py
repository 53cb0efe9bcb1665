"""Services are called like their app, some with a word behind it: no two of a zone meet."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declare import Problem
from estate.declare.models import App, ServingApp, StatefulApp
from estate.plan.catalogue import Catalogue


def further_services(app: App) -> Iterator[str]:
    """The names of an app's Services beside the one that is called like it."""
    if isinstance(app, ServingApp) and app.metrics:
        yield f"{app.app}-metrics"
    if isinstance(app, StatefulApp):
        yield f"{app.app}-peers"


def check_service_names(catalogue: Catalogue) -> Iterator[Problem]:
    """A problem for each app that is called like a Service of another."""
    for declared in catalogue.apps:
        for name in further_services(declared.value):
            if other := catalogue.app(declared.value.zone, name):
                yield other.problem(
                    "name-taken",
                    ("app",),
                    f"'{name}' is what a Service of the app '{declared.value.app}' is called",
                    "names that are no other app's with -metrics or -peers behind it",
                    "Rename this app",
                )
