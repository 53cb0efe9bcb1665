"""Egress to databases: what a pod may reach, and the firewall rows it takes (F1, F2, X1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declare import Declared, Problem
from estate.declare.models import App, Firewall
from estate.declare.models.values import Zone
from estate.plan.catalogue import Catalogue
from estate.plan.model import DatabaseAccess, FirewallRow


def plan_databases(catalogue: Catalogue, app: App) -> tuple[DatabaseAccess, ...]:
    """The databases that the app's pods may connect to."""
    found = [catalogue.databases[use.name][1] for use in app.databases]
    return tuple(
        DatabaseAccess(name=database.name, address=database.address, port=database.port)
        for database in sorted(found, key=lambda database: database.name)
    )


def crossed(catalogue: Catalogue, source: Zone, destination: Zone) -> tuple[Firewall, ...]:
    """The firewalls that a connection between two zones crosses; none within a zone."""
    if source == destination:
        return ()
    return tuple(
        firewall
        for firewall in catalogue.stack(destination).firewalls
        if firewall.source_zone == source
    )


def firewall_rows(catalogue: Catalogue, app: App, namespace: str) -> Iterator[FirewallRow]:
    """One row for each node of the app's own pool, each database and each firewall in between."""
    for use in app.databases:
        zone, database = catalogue.databases[use.name]
        for firewall in crossed(catalogue, app.zone, zone):
            for node in catalogue.nodes_of(app.zone, catalogue.pool_of(app)):
                yield FirewallRow(
                    firewall=firewall.name,
                    source_zone=app.zone,
                    source_node=node.name,
                    source_address=node.address,
                    destination_zone=zone,
                    destination_name=database.name,
                    destination_address=database.address,
                    port=database.port,
                    tenant=app.tenant,
                    app=app.app,
                    namespace=namespace,
                    owner=app.owner,
                    what=f"database {database.name}",
                )


def check_egress(catalogue: Catalogue) -> list[Problem]:
    """A problem where a firewall would see another address than a node's (X1)."""
    return [problem for app in catalogue.apps for problem in _identity(catalogue, app)]


def _identity(catalogue: Catalogue, declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    if app.state != "active":
        return
    identity = catalogue.stack(app.zone).network.pod_egress_identity
    for index, use in enumerate(app.databases):
        zone, _ = catalogue.databases[use.name]
        if identity != "node" and crossed(catalogue, app.zone, zone):
            yield declared.problem(
                "egress-identity",
                ("databases", index, "name"),
                f"the firewall before '{use.name}' would see the app by its {identity} address, "
                "but rows can only name nodes",
                "databases of the app's own zone, or pod_egress_identity: node "
                f"in Pulumi.{app.zone}.yaml",
            )
