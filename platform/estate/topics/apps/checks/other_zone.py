"""Checks of connections into the other zone: both halves are declared, and the way exists (A1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.load import Loaded
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import PublishedApp, WebApp
from estate.topics.egress.plan.destinations import crossed, relay_of
from estate.topics.egress.plan.other_zone import apps_of_the_other_zone, way_in


def check_other_zone(
    catalogue: Catalogue, loaded: Loaded, declared: Declared[App], place: int
) -> Iterator[Problem]:
    """A problem for a peer in the other zone that cannot be reached, or has not consented."""
    app, peer = declared.value, declared.value.connects_to[place]
    assert peer.zone
    path: KeyPath = ("connects_to", place, "app")
    earlier = [(one.zone, one.app) for one in app.connects_to[:place]]
    if (peer.zone, peer.app) in earlier:
        first = earlier.index((peer.zone, peer.app))
        line = declared.place(("connects_to", first, "app")).line
        found = f"the name '{peer.app}' stands here again (first in line {line})"
        yield declared.problem("name-taken", path, found, "each name once")
        return
    written = {one.value.app for one in loaded.apps if one.value.zone == peer.zone}
    if peer.app not in written:
        if not loaded.unread:  # else it may stand in a file that could not be read
            yield unknown(declared, "unknown-app", path, peer.app, written)
        return
    target = catalogue.app(peer.zone, peer.app)
    if target:  # else it has a problem of its own
        yield from _reached(catalogue, declared, path, target)


def _reached(
    catalogue: Catalogue, declared: Declared[App], path: KeyPath, target: Declared[App]
) -> Iterator[Problem]:
    app, callee, file = declared.value, target.value, target.positions.file
    if callee.state == "retired":
        yield declared.problem(
            "peer-retired",
            path,
            f"'{callee.app}' is retired: nothing answers there",
            hint="Remove the entry. An app is retired after its callers have stopped calling it",
        )
    elif not isinstance(callee, PublishedApp) or not way_in(catalogue, callee):
        yield declared.problem(
            "peer-not-reached",
            path,
            f"'{callee.app}' of zone '{callee.zone}' has no TCP port outside its cluster",
            "apps of kind traditional with vip.port, and apps of kind web",
        )
    elif app.zone not in callee.serves_zones:
        yield declared.problem(
            "peer-of-others",
            path,
            f"'{callee.app}' of zone '{callee.zone}' does not serve zone '{app.zone}'",
            f"apps of '{callee.zone}' that serve zone '{app.zone}'",
            f"Its team adds '{app.zone}' to serves_zones in {file}",
        )
    elif callee.tenant != app.tenant and app.tenant not in callee.serves:
        yield declared.problem(
            "peer-of-others",
            path,
            f"'{callee.app}' of the tenant '{callee.tenant}' does not serve '{app.tenant}'",
            f"apps of '{app.tenant}', and those that serve it",
            f"Its team adds '{app.tenant}' to serves in {file}",
        )
    elif not crossed(catalogue, app.zone, callee.zone):
        yield declared.problem(
            "no-firewall-between",
            (*path[:-1], "zone"),
            f"no firewall is declared on the way from zone '{app.zone}' to '{callee.zone}'",
            f"a firewall with source_zone: {app.zone} in {catalogue.stack_file(callee.zone)}",
            "The zones are isolated: without the firewall nobody would be asked to let it through",
        )
    else:
        yield from _way(catalogue, declared, path, target)


def _way(
    catalogue: Catalogue, declared: Declared[App], path: KeyPath, target: Declared[App]
) -> Iterator[Problem]:
    """Routers see the name that they go by."""
    app, callee = declared.value, target.value
    way = way_in(catalogue, callee)
    assert way
    one = next(one for one in apps_of_the_other_zone(catalogue, app) if one.path == path[:-1])
    if isinstance(callee, WebApp) and not one.hosts:
        yield declared.problem(
            "name-of-both-zones",
            path,
            f"in zone '{app.zone}' {', '.join(way.hosts)} is the name of another app",
            f"an app with a host that only zone '{callee.zone}' has",
            "Routers choose the app by its host name",
        )
    if isinstance(callee, WebApp) and relay_of(catalogue, app.zone, one):
        yield declared.problem(
            "relay-to-routers",
            (*path[:-1], "via"),
            f"routers choose '{callee.app}' by its host name, and relays are called by another",
            "via: direct, or an app with a virtual address of its own (kind: traditional)",
        )


def check_zones_served(declared: Declared[App]) -> Iterator[Problem]:
    """Consent names the other zone, once."""
    app = declared.value
    if not isinstance(app, PublishedApp):
        return
    for place, zone in enumerate(app.serves_zones):
        path: KeyPath = ("serves_zones", place)
        if zone == app.zone:
            yield declared.problem(
                "superfluous",
                path,
                f"'{zone}' is the zone of this app, whose apps need no consent of this kind",
                "the other zone",
                "Leave the name out",
            )
        elif zone in app.serves_zones[:place]:
            line = declared.place(("serves_zones", app.serves_zones.index(zone))).line
            found = f"the name '{zone}' stands here again (first in line {line})"
            yield declared.problem("name-taken", path, found, "each name once")
