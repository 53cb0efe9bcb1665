"""Firewalls within a zone: before virtual addresses, before nodes, before servers (E14, X2)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

from estate.proof.emitted import Place
from estate.proof.engine.trail import Trail
from estate.proof.readers.firewall_rows import REQUEST, Rows
from estate.proof.readers.ports import Ports


def cross(
    trail: Trail,
    rows: Rows,
    firewalls: Iterable[str],
    sources: Iterable[IPv4Network],
    destinations: Iterable[IPv4Address],
    ports: Ports,
) -> None:
    """Every source gets through each of the firewalls to every destination."""
    ends = [(network, other) for network in sources for other in destinations]
    for firewall in firewalls:
        places: list[Place] = []
        for source, destination in ends:
            found = rows.of(firewall, source, destination, ports)
            if not found:
                trail.broken(
                    Place(f"{trail.view.zone}/documents/{REQUEST}", f"rows from {source}"),
                    f"no row lets {source} through {firewall} to {destination} on {ports}",
                    "The request needs a row for every source and every destination",
                )
            else:
                places += [row.place for row in found]
        trail.hop(f"through {firewall}", *places, assumed=("firewall-denies",))
