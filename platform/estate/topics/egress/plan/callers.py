"""Who of the other zone connects to an app, and so is among the clients of its address (A1, F2)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from estate.declarations.catalogue import Catalogue
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import PublishedApp, TraditionalApp, WebApp
from estate.topics.egress.plan.destinations import seen_as
from estate.topics.egress.plan.model import OtherZoneCaller
from estate.topics.egress.plan.other_zone import apps_of_the_other_zone
from estate.topics.routers.declare import Shard

Networks = tuple[IPv4Network, ...]


def callers_of(catalogue: Catalogue, app: App) -> tuple[OtherZoneCaller, ...]:
    """The apps of the other zone that connect to the app, by name."""
    if not isinstance(app, PublishedApp) or not app.serves_zones:
        return ()
    return tuple(
        OtherZoneCaller(app=caller.app, zone=caller.zone, seen_as=seen_as(catalogue, caller, one))
        for caller in (declared.value for declared in catalogue.apps)
        if caller.state == "active" and caller.zone != app.zone
        for one in apps_of_the_other_zone(catalogue, caller)
        if (one.zone, one.target) == (app.zone, app.app)
    )


def clients_of(catalogue: Catalogue, app: TraditionalApp) -> Networks:
    """The clients of its virtual address; everybody where none is declared."""
    return _with(app.vip.clients, callers_of(catalogue, app))


def clients_of_shard(catalogue: Catalogue, zone: Zone, shard: Shard) -> Networks:
    """The clients of a shard's address: its routers tell apps apart, its load balancer does not."""
    routers = catalogue.stack(zone).routers
    return _with(
        shard.clients,
        (
            caller
            for app in (declared.value for declared in catalogue.apps)
            if isinstance(app, WebApp) and app.zone == zone
            if routers and routers.shard_of(app.tenant) is shard
            for caller in callers_of(catalogue, app)
        ),
    )


def _with(declared: Networks, callers: Iterable[OtherZoneCaller]) -> Networks:
    """Each address by itself, as firewalls are asked for single machines (F2)."""
    if not declared:
        return ()
    sources = sorted({source for caller in callers for source in caller.seen_as})
    more = [one for one in sources if not any(one.subnet_of(client) for client in declared)]
    return (*declared, *more)
