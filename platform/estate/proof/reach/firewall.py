"""Firewall rows: what each firewall between two networks is asked to let through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from estate.proof.reach.emitted import Emitted, Place
from estate.proof.reach.ports import LAST, Ports, Protocol
from estate.proof.reach.reading import Loose, Troubles, listed, mapping

REQUEST = "firewall/request.json"


class _Row(Loose):
    id: str
    action: Literal["allow"]
    firewall: str
    source_address: IPv4Network
    destination_address: IPv4Network
    protocol: Literal["tcp", "udp"]
    port: int | Literal["any"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One rule."""

    place: Place
    firewall: str
    source: IPv4Network
    destination: IPv4Network
    ports: Ports


def read_rows(emitted: Emitted, troubles: Troubles) -> Iterator[Row]:
    """The zone's request, row by row."""
    text = emitted.texts.get(REQUEST)
    if text is None:
        return
    place = emitted.document(REQUEST)
    rows = mapping(json.loads(text)).get("rows")
    for index, one in enumerate(listed(rows)):
        found = troubles.read(_Row, one, place.at(f"rows[{index}]"))
        if found is None:
            continue
        protocol: Protocol = "TCP" if found.protocol == "tcp" else "UDP"
        first, last = (1, LAST) if found.port == "any" else (found.port, found.port)
        yield Row(
            place=place.at(found.id),
            firewall=found.firewall,
            source=found.source_address,
            destination=found.destination_address,
            ports=Ports(protocol, first, last),
        )
