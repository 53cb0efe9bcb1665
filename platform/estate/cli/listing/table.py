"""The one table of listings, in the order in which people see them."""

from __future__ import annotations

from collections.abc import Iterator

from estate.cli.listing.entrances import NAMES, NODE_PORTS, ROUTERS, VIRTUAL_SERVERS
from estate.cli.listing.exceptions import EXCEPTIONS
from estate.cli.listing.exits import DATABASES, FIREWALL_ROWS
from estate.cli.listing.machines import MASTERS, NODES, POOLS
from estate.cli.listing.model import Listing, Stack
from estate.cli.listing.supply import IMAGES, PROGRAMS, REGISTRIES
from estate.cli.listing.workloads import APPS, CONNECTIONS, NAMESPACES, RIGHTS, TENANTS
from estate.derivation import survey
from estate.whole import Whole

LISTINGS: tuple[Listing, ...] = (
    *(APPS, CONNECTIONS, TENANTS, NAMESPACES, RIGHTS),
    *(POOLS, NODES, MASTERS),
    *(VIRTUAL_SERVERS, ROUTERS, NODE_PORTS, NAMES),
    *(DATABASES, FIREWALL_ROWS),
    *(REGISTRIES, IMAGES, PROGRAMS, EXCEPTIONS),
)


def stacks_of(estate: Whole) -> Iterator[Stack]:
    """Every stack of an estate without problems, by environment and zone."""
    for environment, derived in estate.derived.items():
        given, _ = survey(estate.loaded[environment])
        for plan in derived.plans.values():
            yield Stack(plan=plan, given=given)
