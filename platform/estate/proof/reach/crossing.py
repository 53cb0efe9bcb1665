"""Firewalls within a zone: before virtual addresses, before nodes, before servers (E14, X2)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

from estate.proof.reach.emitted import Place
from estate.proof.reach.firewall import REQUEST, Row
from estate.proof.reach.ports import Ports
from estate.proof.reach.trail import Trail


def cross(
    trail: Trail,
    rows: Iterable[Row],
    firewalls: Iterable[str],
    sources: Iterable[IPv4Network],
    destinations: Iterable[IPv4Address],
    ports: Ports,
) -> None:
    """Every source gets through each of the firewalls to every destination."""
    found = {(row.firewall, row.source, row.destination): row for row in rows if row.ports == ports}
    ends = [(one, IPv4Network(other)) for one in sources for other in destinations]
    for firewall in firewalls:
        places: list[Place] = []
        for source, destination in ends:
            row = found.get((firewall, source, destination))
            if row is None:
                trail.broken(
                    Place(f"{trail.view.zone}/documents/{REQUEST}", f"rows from {source}"),
                    f"no row lets {source} through {firewall} to {destination} on {ports}",
                    "The request needs a row for every source and every destination",
                )
            else:
                places.append(row.place)
        trail.hop(f"through {firewall}", *places, assumed=("firewall-denies",))
