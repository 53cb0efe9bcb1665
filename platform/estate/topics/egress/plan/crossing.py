"""Which firewalls stand on a way, from both zones' declarations (E14, F2)."""

from __future__ import annotations

from estate.declarations.load import Loaded
from estate.reader.values import Zone
from estate.topics.egress.declare.firewalls import Before


def firewalls_before(loaded: Loaded, zone: Zone, what: Before) -> tuple[str, ...]:
    """The names of a zone's firewalls that stand before something of its own."""
    firewalls = loaded.stacks[zone].value.firewalls
    return tuple(firewall.name for firewall in firewalls if firewall.before == what)


def firewalls_to_database(loaded: Loaded, source: Zone, database: str) -> tuple[str, ...]:
    """The names of the firewalls between a zone and a database; none in the database's own zone."""
    for zone, stack in loaded.stacks.items():
        if any(one.name == database for one in stack.value.databases):
            return firewalls_between(loaded, source, zone)
    return ()


def firewalls_between(loaded: Loaded, source: Zone, destination: Zone) -> tuple[str, ...]:
    """The names of the firewalls on the way into another zone; none within a zone."""
    if source == destination:
        return ()
    firewalls = loaded.stacks[destination].value.firewalls
    return tuple(firewall.name for firewall in firewalls if firewall.source_zone == source)
