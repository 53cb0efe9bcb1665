"""An app's destinations outside: their names and ways, and source addresses (F1 to F4, X1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from ipaddress import IPV4LENGTH, IPv4Address, IPv4Network
from typing import Literal, TypedDict

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.egress.declare.firewalls import Firewall
from estate.topics.egress.declare.relays import Relay
from estate.topics.egress.plan.firewall_row import FirewallRow, Purpose
from estate.topics.egress.plan.model import (
    DatabaseAccess,
    DatabaseName,
    Destination,
    OtherZoneAccess,
)
from estate.topics.egress.plan.other_zone import apps_of_the_other_zone
from estate.topics.nodes.plan.platform_namespaces import EGRESS_NAMESPACE

DOMAIN = "cluster.local"
"""What the full names of Services end in."""

ANY_EGRESS_NODE = "egress"
"""What stands for the node where an address moves between egress nodes."""


def destinations_of(catalogue: Catalogue, app: App) -> Iterator[Destination]:
    """Its databases, then the apps of the other zone that it connects to, each as declared."""
    for index, use in enumerate(app.databases):
        zone, database = catalogue.databases[use.name]
        yield Destination(
            kind="database",
            target=use.name,
            name=use.name,
            zone=zone,
            address=database.address,
            port=database.port,
            via=use.via,
            path=("databases", index),
        )
    yield from apps_of_the_other_zone(catalogue, app)


def plan_databases(catalogue: Catalogue, app: App) -> tuple[DatabaseAccess, ...]:
    """The databases that the app's pods may connect to, by name."""
    found = (one for one in destinations_of(catalogue, app) if one.kind == "database")
    ordered = sorted(found, key=lambda one: one.name)
    return tuple(DatabaseAccess(**_access(catalogue, app, one)) for one in ordered)


def plan_other_zone(catalogue: Catalogue, app: App) -> tuple[OtherZoneAccess, ...]:
    """The apps of the other zone that the app's pods may connect to, by name."""
    found = (one for one in destinations_of(catalogue, app) if one.kind == "app")
    return tuple(
        OtherZoneAccess(
            **_access(catalogue, app, one), app=one.target, zone=one.zone, hosts=one.hosts
        )
        for one in sorted(found, key=lambda one: one.name)
    )


class _Access(TypedDict):
    name: str
    address: IPv4Address
    port: int
    host: str
    via: Literal["direct", "egress"]
    relay_port: int | None
    seen_as: tuple[IPv4Network, ...]


def _access(catalogue: Catalogue, app: App, one: Destination) -> _Access:
    relay = relay_of(catalogue, app.zone, one)
    return _Access(
        name=one.name,
        address=one.address,
        port=one.port,
        host=host_of(app, one.name),
        via=one.way,
        relay_port=relay.port if relay else None,
        seen_as=seen_as(catalogue, app, one),
    )


def seen_as(catalogue: Catalogue, app: App, one: Destination) -> tuple[IPv4Network, ...]:
    """The sources that the destination, and a firewall before it, may see (X1)."""
    network = catalogue.stack(app.zone).network
    if network.pod_egress_identity == "pod" and relay_of(catalogue, app.zone, one) is None:
        return (network.pods,)
    return tuple(_alone(address) for _, address in sources_of(catalogue, app, one))


@cache
def _alone(address: IPv4Address) -> IPv4Network:
    """The range of one address; made once, since every app names all nodes of its pool."""
    return IPv4Network((int(address), IPV4LENGTH))


def host_of(app: App, name: str) -> str:
    """The name in the cluster that the app connects to, whichever way it is (F4)."""
    return f"{name}.{namespace_of(app)}.svc"


def relay_of(catalogue: Catalogue, zone: Zone, one: Destination) -> Relay | None:
    """The relay that takes the app's connections; None where its pods connect themselves."""
    stack = catalogue.stack(zone)
    if one.way == "direct" or stack.network.pod_egress_identity != "node":
        return None
    return next((relay for relay in stack.egress.relays if relays_for(relay, one)), None)


def relays_for(relay: Relay, one: Destination) -> bool:
    """Whether the relay is the destination's."""
    return one.target == (relay.database if one.kind == "database" else relay.app)


def server_names(catalogue: Catalogue, apps: Sequence[App]) -> tuple[DatabaseName, ...]:
    """The names by which the apps of one namespace find their destinations, each once (F4)."""
    found: dict[str, DatabaseName] = {}
    for app in apps:
        for one in destinations_of(catalogue, app) if app.state == "active" else ():
            relayed = relay_of(catalogue, app.zone, one) is not None
            found[one.name] = DatabaseName(
                name=one.name,
                port=one.port,
                address=None if relayed else one.address,
                relays=f"{one.name}.{EGRESS_NAMESPACE}.svc.{DOMAIN}" if relayed else "",
            )
    return tuple(found[name] for name in sorted(found))


def crossed(catalogue: Catalogue, source: Zone, destination: Zone) -> tuple[Firewall, ...]:
    """The firewalls that a connection between two zones crosses; none within a zone."""
    if source == destination:
        return ()
    return tuple(
        firewall
        for firewall in catalogue.stack(destination).firewalls
        if firewall.source_zone == source
    )


def egress_pool(catalogue: Catalogue, zone: Zone) -> str | None:
    """The pool of the zone's egress nodes, A and B; None where there is none."""
    pools = sorted(pool.name for pool in catalogue.stack(zone).pools if pool.role == "egress")
    return pools[0] if pools else None


def sources_of(
    catalogue: Catalogue, app: App, one: Destination
) -> tuple[tuple[str, IPv4Address], ...]:
    """Nodes and addresses that the connection may come from, where pods hide behind others."""
    stack = catalogue.stack(app.zone)
    if one.way == "egress" and stack.network.pod_egress_identity == "egress":
        return tuple((ANY_EGRESS_NODE, address) for address in sorted(stack.egress.addresses))
    pool = catalogue.pool_of(app)
    if relay_of(catalogue, app.zone, one):
        pool = egress_pool(catalogue, app.zone) or pool
    return tuple((node.name, node.address) for node in catalogue.nodes_of(app.zone, pool))


def firewall_rows(catalogue: Catalogue, app: App, namespace: str) -> Iterator[FirewallRow]:
    """One row for each source, each destination and each firewall in between (F2, F3).

    The sources are the nodes of the app's own pool, or the zone's egress, and nobody else's.
    """
    for one in destinations_of(catalogue, app):
        for firewall in crossed(catalogue, app.zone, one.zone):
            for node, address in sources_of(catalogue, app, one):
                yield FirewallRow(
                    firewall=firewall.name,
                    source_zone=app.zone,
                    source_node=node,
                    source_address=address,
                    destination_zone=one.zone,
                    destination_name=one.target,
                    destination_address=one.address,
                    port=one.port,
                    tenant=app.tenant,
                    app=app.app,
                    namespace=namespace,
                    owner=app.owner,
                    purpose=_purpose(one),
                    what=f"{one.kind} {one.target}",
                )


def _purpose(one: Destination) -> Purpose:
    if one.kind == "database":
        return "database" if one.way == "direct" else "relayed database"
    return "app" if one.way == "direct" else "relayed app"
