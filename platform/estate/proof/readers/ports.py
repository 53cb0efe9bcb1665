"""Ports as ranges by protocol; a rule cuts all of them into pieces that it treats alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

Protocol = Literal["TCP", "UDP", "SCTP", "VRRP"]
"""VRRP has no ports, and no policy of a cluster speaks of it: only rows of firewalls do."""
PROTOCOLS: tuple[Protocol, ...] = ("TCP", "UDP", "SCTP")
LAST = 65535


class Ports(NamedTuple):
    """Ports of one protocol, both ends included."""

    protocol: Protocol
    first: int
    last: int

    def holds(self, other: Ports) -> bool:
        """Whether it has all of ``other``."""
        return (
            self.protocol == other.protocol
            and self.first <= other.first
            and other.last <= self.last
        )

    def __str__(self) -> str:
        if (self.first, self.last) == (1, LAST):
            return f"{self.protocol} any port"
        span = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.protocol} {span}"


def port(number: int, protocol: Protocol = "TCP") -> Ports:
    """A single port."""
    return Ports(protocol, number, number)


EVERY = tuple(Ports(protocol, 1, LAST) for protocol in PROTOCOLS)


def pieces(ranges: Iterable[Ports]) -> Iterator[Ports]:
    """All ports of all protocols, cut wherever one of ``ranges`` begins or ends."""
    cuts: dict[Protocol, set[int]] = {one: {1, LAST + 1} for one in PROTOCOLS}
    for ports in ranges:
        cuts[ports.protocol] |= {ports.first, ports.last + 1}
    for protocol, points in cuts.items():
        ordered = sorted(points)
        for first, after in pairwise(ordered):
            yield Ports(protocol, first, after - 1)
