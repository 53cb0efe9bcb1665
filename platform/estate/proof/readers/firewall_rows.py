"""Firewall rows: what each firewall between two networks is asked to let through."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import BeforeValidator

from estate.proof.emitted import Emitted, Place
from estate.proof.readers.addresses import network
from estate.proof.readers.ports import LAST, Ports, Protocol
from estate.proof.readers.strict import Loose, Troubles, listed, mapping

REQUEST = "firewall/request.json"


_PROTOCOLS: dict[str, Protocol] = {"tcp": "TCP", "udp": "UDP", "vrrp": "VRRP"}


class _Row(Loose):
    id: str
    action: Literal["allow"]
    firewall: str
    source_address: Annotated[IPv4Network, BeforeValidator(network)]
    destination_address: Annotated[IPv4Network, BeforeValidator(network)]
    protocol: Literal["tcp", "udp", "vrrp"]
    port: int | Literal["any"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One rule."""

    place: Place
    firewall: str
    source: IPv4Network
    destination: IPv4Network
    ports: Ports


class Rows:
    """The rows of both zones, found by what they let through."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[tuple[str, str, str, Ports], list[Row]] = {}
        for row in rows:
            key = (row.firewall, str(row.source), str(row.destination), row.ports)
            self._rows.setdefault(key, []).append(row)

    def of(
        self, firewall: str, source: IPv4Network, destination: IPv4Address, ports: Ports
    ) -> list[Row]:
        """Those for exactly one source, one server, one port."""
        return self._rows.get((firewall, str(source), f"{destination}/32", ports), [])


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
        protocol = _PROTOCOLS[found.protocol]
        first, last = (1, LAST) if found.port == "any" else (found.port, found.port)
        yield Row(
            place=place.at(found.id),
            firewall=found.firewall,
            source=found.source_address,
            destination=found.destination_address,
            ports=Ports(protocol, first, last),
        )
