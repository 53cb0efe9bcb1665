"""Databases: an app's destinations, their names and ways, and source addresses (F1 to F4, X1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from ipaddress import IPV4LENGTH, IPv4Address, IPv4Network
from typing import Literal

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.reader.values import Zone
from estate.topics.apps.declare.common import DatabaseUse
from estate.topics.apps.declare.kinds import App
from estate.topics.egress.declare.firewalls import Firewall
from estate.topics.egress.declare.relays import Relay
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.egress.plan.model import DatabaseAccess, DatabaseName
from estate.topics.nodes.plan.platform_namespaces import EGRESS_NAMESPACE

DOMAIN = "cluster.local"
"""What the full names of Services end in."""

ANY_EGRESS_NODE = "egress"
"""What stands for the node where an address moves between egress nodes."""


def plan_databases(catalogue: Catalogue, app: App) -> tuple[DatabaseAccess, ...]:
    """The databases that the app's pods may connect to, by name."""
    return tuple(
        _access(catalogue, app, use) for use in sorted(app.databases, key=lambda use: use.name)
    )


def _access(catalogue: Catalogue, app: App, use: DatabaseUse) -> DatabaseAccess:
    database = catalogue.databases[use.name][1]
    relay = relay_of(catalogue, app.zone, use)
    network = catalogue.stack(app.zone).network
    by_own_address = network.pod_egress_identity == "pod" and relay is None
    sources = (_alone(address) for _, address in sources_of(catalogue, app, use))
    return DatabaseAccess(
        name=database.name,
        address=database.address,
        port=database.port,
        host=host_of(app, database.name),
        via=way_of(use),
        relay_port=relay.port if relay else None,
        seen_as=(network.pods,) if by_own_address else tuple(sources),
    )


@cache
def _alone(address: IPv4Address) -> IPv4Network:
    """The range of one address; made once, since every app names all nodes of its pool."""
    return IPv4Network((int(address), IPV4LENGTH))


def host_of(app: App, database: str) -> str:
    """The name in the cluster that the app connects to, whichever way it is (F4)."""
    return f"{database}.{namespace_of(app)}.svc"


def way_of(use: DatabaseUse) -> Literal["direct", "egress"]:
    """By which way the app connects; directly where it does not say."""
    return use.via or "direct"


def relay_of(catalogue: Catalogue, zone: Zone, use: DatabaseUse) -> Relay | None:
    """The relay that takes the app's connections; None where its pods connect themselves."""
    stack = catalogue.stack(zone)
    if way_of(use) == "direct" or stack.network.pod_egress_identity != "node":
        return None
    return next((relay for relay in stack.egress.relays if relay.database == use.name), None)


def database_names(catalogue: Catalogue, apps: Sequence[App]) -> tuple[DatabaseName, ...]:
    """The names by which the apps of one namespace find databases, each once (F4)."""
    found: dict[str, DatabaseName] = {}
    for app in apps:
        for use in app.databases if app.state == "active" else ():
            database = catalogue.databases[use.name][1]
            relayed = relay_of(catalogue, app.zone, use) is not None
            found[use.name] = DatabaseName(
                name=use.name,
                port=database.port,
                address=None if relayed else database.address,
                relays=f"{use.name}.{EGRESS_NAMESPACE}.svc.{DOMAIN}" if relayed else "",
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
    catalogue: Catalogue, app: App, use: DatabaseUse
) -> tuple[tuple[str, IPv4Address], ...]:
    """Nodes and addresses that the connection may come from, where pods hide behind others."""
    stack = catalogue.stack(app.zone)
    if way_of(use) == "egress" and stack.network.pod_egress_identity == "egress":
        return tuple((ANY_EGRESS_NODE, address) for address in sorted(stack.egress.addresses))
    pool = catalogue.pool_of(app)
    if relay_of(catalogue, app.zone, use):
        pool = egress_pool(catalogue, app.zone) or pool
    return tuple((node.name, node.address) for node in catalogue.nodes_of(app.zone, pool))


def firewall_rows(catalogue: Catalogue, app: App, namespace: str) -> Iterator[FirewallRow]:
    """One row for each source, each database and each firewall in between (F2, F3).

    The sources are the nodes of the app's own pool, or the zone's egress, and nobody else's.
    """
    for use in app.databases:
        zone, database = catalogue.databases[use.name]
        for firewall in crossed(catalogue, app.zone, zone):
            for node, address in sources_of(catalogue, app, use):
                yield FirewallRow(
                    firewall=firewall.name,
                    source_zone=app.zone,
                    source_node=node,
                    source_address=address,
                    destination_zone=zone,
                    destination_name=database.name,
                    destination_address=database.address,
                    port=database.port,
                    tenant=app.tenant,
                    app=app.app,
                    namespace=namespace,
                    owner=app.owner,
                    purpose="database" if way_of(use) == "direct" else "relayed database",
                    what=f"database {database.name}",
                )
