"""Cells of a firewall's rules: addresses, services, and the objects that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, summarize_address_range
from typing import TypeVar

from estate.importing.machine import Unreadable
from estate.importing.table import Line
from estate.proof.readers.ports import LAST, Ports, Protocol
from estate.topics.firewall.plan.peers import VRRP

EVERYWHERE = frozenset({"any", "all", "*", "0.0.0.0/0"})
_PROTOCOLS: Mapping[str, Protocol] = {"tcp": "TCP", "udp": "UDP", "6": "TCP", "17": "UDP"}
_DEPTH = 16
"""So deep may groups name groups; a circle ends there."""

T = TypeVar("T")
Objects = Mapping[str, str]
"""By name, what an object stands for: addresses, services, or names of other objects."""


class Unknown(ValueError):
    """A word that is neither a value nor an object."""


def objects_of(lines: Iterable[Line]) -> Objects:
    """Of a table of objects. Of a translation the inner address counts: rows name that one."""
    found: dict[str, str] = {}
    for line in lines:
        value = line.get("value")
        if line.get("kind") == "translation":
            value = value.rpartition(" to ")[2]
        found[line.get("name")] = value
    return found


def addresses(text: str, objects: Objects) -> frozenset[IPv4Network]:
    """Every network of a cell. Raises :class:`Unknown`."""
    return frozenset(_values(text, objects, _networks, 0))


def services(text: str, objects: Objects) -> frozenset[Ports]:
    """Every range of ports of a cell. Raises :class:`Unknown`."""
    return frozenset(_values(text, objects, _ports, 0))


def services_of(protocols: str, ports: str) -> frozenset[Ports]:
    """Of two cells: protocols, and ports of each. Raises :class:`Unknown`."""
    names = [word for word in re.split(r"[\s,;/|]+", protocols.lower()) if word]
    found: set[Ports] = set()
    for name in names or ["any"]:
        for word in _words(ports) or ["any"]:
            found |= {*_ports(name if word.lower() in EVERYWHERE else f"{name}/{word}")}
    return frozenset(found)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;|]+", text) if word]


def _values(
    text: str, objects: Objects, read: Callable[[str], Iterable[T]], depth: int
) -> Iterator[T]:
    """An object's name may have spaces: the whole text is tried before its words."""
    if depth > _DEPTH:
        raise Unknown(f"the object '{text}' names itself")
    if text in objects:
        yield from _values(objects[text], objects, read, depth + 1)
        return
    parts = [part.strip() for part in re.split(r"[\n,;|]+", text) if part.strip()]
    if parts not in ([], [text]):
        for part in parts:
            yield from _values(part, objects, read, depth)
        return
    try:
        yield from read(text)
    except Unknown:
        words = text.split()
        if len(words) < 2:
            raise
        for word in words:
            yield from _values(word, objects, read, depth)


def _networks(text: str) -> Iterable[IPv4Network]:
    if text.lower() in EVERYWHERE:
        return [IPv4Network("0.0.0.0/0")]
    first, dash, last = (part.strip() for part in text.partition("-"))
    try:
        if dash:
            return [*summarize_address_range(IPv4Address(first), IPv4Address(last))]
        return [IPv4Network(text, strict=False)]
    except (ValueError, TypeError):
        pass
    family = "IPv6 is not compared" if text.count(":") > 1 else "no address and no object"
    raise Unknown(f"'{text}': {family}")


def _ports(text: str) -> Iterable[Ports]:
    word = text.lower()
    if word in ("vrrp", "112", f"ip/{VRRP}", f"ip-{VRRP}"):
        return [Ports("VRRP", 1, LAST)]
    if word in EVERYWHERE or word == "ip":
        return [Ports(protocol, 1, LAST) for protocol in ("TCP", "UDP", "VRRP")]
    if word in _PROTOCOLS:
        return [Ports(_PROTOCOLS[word], 1, LAST)]
    match = re.fullmatch(r"(tcp|udp|any|6|17)[-_/: ]?(\d+)(?:[-:](\d+))?", word) or None
    if match:
        name, first, last = match.groups()
    elif match := re.fullmatch(r"(\d+)(?:-(\d+))?/(tcp|udp)", word):
        first, last, name = match.groups()
    else:
        raise Unknown(f"'{text}': no service and no object")
    number, end = int(first), int(last or first)
    if not 1 <= number <= end <= LAST:
        raise Unknown(f"'{text}': ports are 1 to {LAST}")
    protocols = ("TCP", "UDP") if name == "any" else (_PROTOCOLS[name],)
    return [Ports(protocol, number, end) for protocol in protocols]


def service_objects(given: Mapping[str, str]) -> Objects:
    """Services that a person named. Raises :class:`Unreadable`."""
    for name, value in given.items():
        try:
            services(value, {})
        except Unknown as trouble:
            raise Unreadable(f"{name}: {trouble}. Write it like tcp-443 or udp-500-510") from None
    return given
