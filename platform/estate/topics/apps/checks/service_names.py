"""Checks of Services' names."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.reader.problems import KeyPath, Problem
from estate.topics.apps.plan.service_names import further_services
from estate.topics.egress.plan.destinations import destinations_of


def check_service_names(catalogue: Catalogue) -> Iterator[Problem]:
    """A problem for each app that is called like a Service of another."""
    for declared in catalogue.apps:
        for name in further_services(catalogue, declared.value):
            if other := catalogue.app(declared.value.zone, name):
                yield other.problem(
                    "name-taken",
                    ("app",),
                    f"'{name}' is what a Service of the app '{declared.value.app}' is called",
                    "names that are no other app's with -metrics, -peers or -vip behind it",
                    "Rename this app",
                )
    yield from _databases(catalogue)


def _databases(catalogue: Catalogue) -> Iterator[Problem]:
    """A destination's name is a Service's in the namespaces whose apps use it (F4)."""
    services = {
        (app.zone, namespace_of(app), name): declared
        for declared in catalogue.apps
        for app in (declared.value,)
        for name in (app.app, *further_services(catalogue, app))
    }
    for declared in catalogue.apps:
        app = declared.value
        used: list[tuple[KeyPath, str]] = [
            *((("databases", index, "name"), use.name) for index, use in enumerate(app.databases)),
            *((("delivery", index), name) for index, name in enumerate(app.delivery)),
            *(
                ((*one.path, "app"), one.name)
                for one in destinations_of(catalogue, app)
                if one.kind == "app"
            ),
        ]
        for path, name in used if app.state == "active" else ():
            if other := services.get((app.zone, namespace_of(app), name)):
                yield declared.problem(
                    "name-taken",
                    path,
                    f"'{name}' is what a Service of the app '{other.value.app}' in the same "
                    "namespace is called",
                    "databases that are called like no Service of the namespace's apps",
                    "Rename the app, or give it another namespace",
                )
            elif path[0] == "connects_to" and name in catalogue.databases:
                yield declared.problem(
                    "name-taken",
                    path,
                    f"the app is known as '{name}' in the namespace, and so is a database",
                    "a database of another name",
                )
