"""Apps of the other zone as destinations: they are reached as their users reach them (A1, F2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.declarations.catalogue import Catalogue
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp, WebApp
from estate.topics.egress.plan.model import Destination


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """Where an app is reached from outside its cluster, over TCP."""

    address: IPv4Address
    port: int
    hosts: tuple[str, ...]


def way_in(catalogue: Catalogue, app: App) -> WayIn | None:
    """Its virtual address, or its routers'; None for an app that has neither."""
    if isinstance(app, TraditionalApp) and app.vip.port:
        return WayIn(
            address=app.vip.address,
            port=app.vip.port,
            hosts=tuple(sorted(app.vip.names)),
        )
    routers = catalogue.stack(app.zone).routers
    if isinstance(app, WebApp) and routers and (shard := routers.shard_of(app.tenant)):
        return WayIn(
            address=shard.address,
            port=shard.https.port if shard.https else shard.http_port,
            hosts=tuple(sorted(app.hosts)),
        )
    return None


def apps_of_the_other_zone(catalogue: Catalogue, app: App) -> Iterator[Destination]:
    """Those that the app connects to; what cannot be reached has been refused."""
    for index, peer in enumerate(app.connects_to):
        if peer.zone is None or peer in app.peers:
            continue
        found = catalogue.app(peer.zone, peer.app)
        way = way_in(catalogue, found.value) if found else None
        if way:
            yield Destination(
                kind="app",
                target=peer.app,
                name=service_of(peer.app, peer.zone),
                zone=peer.zone,
                address=way.address,
                port=way.port,
                via=peer.via,
                path=("connects_to", index),
                hosts=tuple(host for host in way.hosts if host not in own_names(catalogue, app)),
            )


def own_names(catalogue: Catalogue, app: App) -> frozenset[str]:
    """The names of all apps in its zone: there a name of both zones means the zone's own app."""
    apps = (one.value for one in catalogue.apps if one.value.zone == app.zone)
    return frozenset(
        name
        for one in apps
        if isinstance(one, TraditionalApp | WebApp)
        for name in (one.vip.names if isinstance(one, TraditionalApp) else one.hosts)
    )


def service_of(app: str, zone: str) -> str:
    """What the Service in a caller's namespace is called: an app of the same name may be there."""
    return f"{app}-{zone}"
