"""All IPv4 addresses, cut into ranges that nothing emitted or declared tells apart."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from ipaddress import IPv4Address, IPv4Network

END = 1 << 32


@cache
def address(text: str) -> IPv4Address:
    """An address; the same few stand in every list, so each is read once.

    Raises ValueError where it is none.
    """
    return IPv4Address(text)


@cache
def network(text: str) -> IPv4Network:
    """A network, read once. Raises ValueError where it is none."""
    return IPv4Network(text)


class Space:
    """Address ranges as bits of a number: a set of them is united or cut by one operation.

    Every network that is asked for has to be among those it was cut by.
    """

    def __init__(self, networks: Iterable[IPv4Network], names: Mapping[IPv4Network, str]) -> None:
        cuts = {0, END}
        for one in {*networks, *names}:
            first = int(one.network_address)
            cuts |= {first, first + one.num_addresses}
        self._first = sorted(cuts)[:-1]
        self._names = sorted(names.items(), key=lambda one: -one[0].prefixlen)

    def __len__(self) -> int:
        return len(self._first)

    def bits(self, network: IPv4Network) -> int:
        """The ranges that make up ``network``."""
        low = bisect_left(self._first, int(network.network_address))
        high = bisect_left(self._first, int(network.network_address) + network.num_addresses)
        return (1 << high) - (1 << low)

    def union(self, networks: Iterable[IPv4Network]) -> int:
        """The ranges of all of them."""
        found = 0
        for one in networks:
            found |= self.bits(one)
        return found

    @property
    def everything(self) -> int:
        """All ranges."""
        return (1 << len(self._first)) - 1

    def holding(self, address: IPv4Address) -> int:
        """Which range an address lies in."""
        return bisect_right(self._first, int(address)) - 1

    def name(self, number: int) -> str:
        """How people know a range: what is declared to be there, and its addresses."""
        first = IPv4Address(self._first[number])
        after = self._first[number + 1] if number + 1 < len(self._first) else END
        last = IPv4Address(after - 1)
        span = str(first) if first == last else f"{first} to {last}"
        for network, name in self._names:
            if first in network:
                return f"{name} ({span})"
        return f"outside ({span})"


def members(bits: int) -> Iterable[int]:
    """The numbers of the bits that are set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
