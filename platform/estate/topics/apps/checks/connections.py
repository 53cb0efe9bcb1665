"""Checks of connections between apps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.declarations.catalogue import Catalogue, namespace_of, unknown
from estate.declarations.load import Loaded
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import ZONES, Zone
from estate.topics.apps.checks.other_zone import check_other_zone, check_zones_served
from estate.topics.apps.declare.common import ServingApp
from estate.topics.apps.declare.kinds import App


def check_connections(catalogue: Catalogue, loaded: Loaded) -> list[Problem]:
    """A problem for each peer that cannot be reached, and each consent that means nothing."""
    index = _Index(
        written={(app.value.zone, app.value.app) for app in loaded.apps},
        right={(app.value.zone, app.value.app): app for app in catalogue.apps},
        unread=bool(loaded.unread),
    )
    problems: list[Problem] = []
    for app in catalogue.apps:
        if app.value.state == "active":
            for place, peer in enumerate(app.value.connects_to):
                if peer in app.value.peers:
                    problems += _peer(index, app, place, peer.app)
                else:
                    problems += check_other_zone(catalogue, loaded, app, place)
            problems += _serves(catalogue, app, loaded.unread)
            problems += check_zones_served(app)
    return problems


@dataclass(frozen=True)
class _Index:
    written: set[tuple[Zone, str]]
    right: dict[tuple[Zone, str], Declared[App]]
    """Without those that have a problem of their own, about which enough has been said."""
    unread: bool


def _peer(index: _Index, declared: Declared[App], place: int, name: str) -> Iterator[Problem]:
    app = declared.value
    path: KeyPath = ("connects_to", place, "app")
    earlier = [peer.app if peer in app.peers else "" for peer in app.connects_to[:place]]
    if declared.value.connects_to[place].via:
        yield declared.problem(
            "superfluous",
            ("connects_to", place, "via"),
            f"'{name}' runs in this zone, where pods connect to pods",
            "only where 'zone' is the other zone",
            "Leave the key out",
        )
    if name in earlier:
        line = declared.place(("connects_to", earlier.index(name), "app")).line
        found = f"the name '{name}' stands here again (first in line {line})"
        yield declared.problem("name-taken", path, found, "each name once")
    elif name == app.app:
        yield declared.problem(
            "peer-itself",
            path,
            f"'{name}' is this app itself",
            "other apps of the zone",
            "Leave the entry out: its pods reach each other anyway",
        )
    elif (app.zone, name) in index.written:
        if callee := index.right.get((app.zone, name)):
            yield from _known_peer(declared, path, callee)
    elif index.unread:
        return  # perhaps it stands in a file that could not be read
    elif other := next((zone for zone in ZONES if (zone, name) in index.written), None):
        yield declared.problem(
            "peer-elsewhere",
            path,
            f"'{name}' does not run in zone '{app.zone}'",
            f"apps of zone '{app.zone}', or zone: {other} beside it",
            "No pod of one zone reaches a pod of the other: with 'zone' the way leads by the "
            "other app's virtual address, through the firewalls between the zones",
        )
    else:
        known = [one for zone, one in index.written if zone == app.zone and one != app.app]
        yield unknown(declared, "unknown-app", path, name, known)


def _known_peer(declared: Declared[App], path: KeyPath, target: Declared[App]) -> Iterator[Problem]:
    app, callee = declared.value, target.value
    if callee.state == "retired":
        yield declared.problem(
            "peer-retired",
            path,
            f"'{callee.app}' is retired: nothing answers there",
            hint="Remove the entry. An app is retired after its callers have stopped calling it",
        )
    elif not isinstance(callee, ServingApp):
        yield declared.problem(
            "peer-not-listening",
            path,
            f"'{callee.app}' is of kind {callee.kind}: nothing listens there",
            "apps that listen",
        )
    elif namespace_of(callee) == namespace_of(app):
        # Accepted, it would promise that taking it away closes something.
        yield declared.problem(
            "superfluous",
            path,
            f"'{callee.app}' runs in the same namespace, '{namespace_of(app)}', "
            "whose pods reach each other anyway",
            "apps of other namespaces",
            "Leave the entry out",
        )
    elif callee.tenant != app.tenant and app.tenant not in callee.serves:
        yield declared.problem(
            "peer-of-others",
            path,
            f"'{callee.app}' of the tenant '{callee.tenant}' does not serve '{app.tenant}'",
            f"apps of '{app.tenant}', and those that serve it",
            f"Its team adds '{app.tenant}' to serves in {target.positions.file}",
        )


def _serves(
    catalogue: Catalogue, declared: Declared[App], unread: frozenset[str]
) -> Iterator[Problem]:
    """Consent names tenants that exist: else the next team of that name would find it given."""
    app = declared.value
    if not isinstance(app, ServingApp):
        return
    for place, name in enumerate(app.serves):
        path: KeyPath = ("serves", place)
        if name in app.serves[:place]:
            line = declared.place(("serves", app.serves.index(name))).line
            found = f"the name '{name}' stands here again (first in line {line})"
            yield declared.problem("name-taken", path, found, "each name once")
        elif name == app.tenant:
            yield declared.problem(
                "superfluous",
                path,
                f"'{name}' is the tenant of this app, whose apps need no consent",
                "other tenants",
                "Leave the name out",
            )
        elif name not in catalogue.tenants and name not in unread:
            hint = "Of a tenant that has left, take the name away too"
            yield unknown(declared, "unknown-tenant", path, name, catalogue.tenants, hint)
