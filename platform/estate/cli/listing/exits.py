"""What a zone reaches, as tables: databases, firewall rows."""

from __future__ import annotations

from collections.abc import Iterator

from estate.cli.listing.model import Listing, Row, Stack
from estate.topics.apps.plan import AppsPlan
from estate.topics.firewall.documents.request import permission_rows


def _databases(stack: Stack) -> Iterator[Row]:
    """Those of the zone, and those of the other zone that its apps use."""
    users: dict[str, list[str]] = {}
    ways: dict[str, set[str]] = {}
    for app in stack.plan.of(AppsPlan).apps:
        for access in app.databases:
            users.setdefault(access.name, []).append(app.name)
            ways.setdefault(access.name, set()).add(access.via)
    for name, (zone, database) in stack.given.catalogue.databases.items():
        if zone == stack.plan.zone or name in users:
            yield {
                "database": name,
                "zone": zone,
                "address": str(database.address),
                "port": database.port,
                "tenants": database.tenants,
                "apps": tuple(users.get(name, ())),
                "way": tuple(sorted(ways.get(name, ()))),
            }


def _firewall_rows(stack: Stack) -> Iterator[Row]:
    return iter(permission_rows(stack.plan))


DATABASES = Listing(
    name="databases",
    what="databases with the apps of the zone that use them",
    columns=("database", "zone", "address", "port", "tenants", "apps", "way"),
    rows=_databases,
)
FIREWALL_ROWS = Listing(
    name="firewall-rows",
    what="what firewalls have to let through, one source and destination each",
    columns=(
        *("id", "firewall", "source_node", "source_address", "destination_name"),
        *("destination_address", "protocol", "port", "app", "purpose", "ticket", "valid_until"),
    ),
    rows=_firewall_rows,
)
