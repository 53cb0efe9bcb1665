"""Checks of what apps wait for."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import ZONES, Zone
from estate.topics.apps.declare.common import ServingApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.rpc import RpcApp
from estate.topics.apps.plan.needs import PROBE


def check_needs(catalogue: Catalogue) -> list[Problem]:
    """A problem for each need that cannot be met, and for each circle of needs."""
    problems: list[Problem] = []
    for declared in catalogue.apps:
        if declared.value.needs and declared.value.state == "active":
            problems += _image(catalogue, declared)
            problems += _apps(catalogue, declared)
            problems += _databases(declared)
    for zone in ZONES:
        problems += _circle(catalogue, zone)
    return problems


def _image(catalogue: Catalogue, declared: Declared[App]) -> Iterator[Problem]:
    zone = declared.value.zone
    if catalogue.image(zone, PROBE) is None:
        yield declared.problem(
            "no-platform-image",
            ("needs",),
            "there is no image for the init container that waits for an app's needs",
            f"an image '{PROBE}' in images.yaml",
        )


def _apps(catalogue: Catalogue, declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    for index, name in enumerate(app.needs.apps if app.needs else ()):
        path: KeyPath = ("needs", "apps", index)
        other = catalogue.app(app.zone, name)
        if other is None:
            known = [one.value.app for one in catalogue.apps if one.value.zone == app.zone]
            yield unknown(declared, "unknown-app", path, name, known)
        elif other.value.state == "retired" or not isinstance(other.value, ServingApp):
            left = other.value.state == "retired"
            why = "is retired" if left else f"is of kind {other.value.kind}"
            yield declared.problem(
                "need-not-met",
                path,
                f"'{name}' {why}: nothing answers there",
                "apps of the zone that listen",
            )
        elif namespace_of(other.value) != namespace_of(app) and name not in _connected(app):
            yield declared.problem(
                "need-not-met",
                path,
                f"'{name}' runs in another namespace, to which no connection is declared",
                "apps of its own namespace, or of connects_to",
                f"Example: connects_to: [{{app: {name}}}]",
            )


def _connected(app: App) -> set[str]:
    registry = {app.registry.app} if isinstance(app, RpcApp) and app.registry.app else set[str]()
    return {peer.app for peer in app.peers} | registry


def _databases(declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    used = [use.name for use in app.databases]
    for index, name in enumerate(app.needs.databases if app.needs else ()):
        if name not in used:
            yield declared.problem(
                "need-not-met",
                ("needs", "databases", index),
                f"the app does not connect to the database '{name}'",
                ", ".join(used) or "databases that it connects to",
                f"Example: databases: [{{name: {name}}}]",
            )


def _circle(catalogue: Catalogue, zone: Zone) -> Iterator[Problem]:
    """Apps that wait for each other never start; the first of them by name gets the problem."""
    needs = {
        app.value.app: sorted(app.value.needs.apps if app.value.needs else ())
        for app in catalogue.apps
        if app.value.zone == zone and app.value.state == "active"
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle: list[str] = list(reversed(error.args[1]))[:-1]
        start = circle.index(min(circle))
        circle = circle[start:] + circle[:start]
        declared = catalogue.app(zone, circle[0])
        if declared and declared.value.needs:
            place = declared.value.needs.apps.index([*circle, circle[0]][1])
            yield declared.problem(
                "needs-circle",
                ("needs", "apps", place),
                f"none of them could start: {' needs '.join([*circle, circle[0]])}",
                "needs without a cycle",
                "Leave one out: an app that tries again by itself needs no order",
            )
