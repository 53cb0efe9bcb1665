"""Rules and the objects that they name: groups of addresses, services (F2, E14).

A device has one rule for all sources that reach the same destinations for the same reason. A name
of an object stands for exactly one set of addresses: a group is named by the set that the estate
knows it as (a pool, the masters, a load balancer) or by the app that needs it, and where two sets
would have one name, each gets a name of its own that follows from its addresses. Groups of another
environment than the first begin with its name: environments may use one firewall.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network

from estate.reader.stacks import UNNAMED, Environment
from estate.topics.firewall.plan.permissions import Permission, short_id

_TO_MEMBERS = ("members", "access logs")
"""Purposes whose destinations are many machines that do the same."""

LONGEST = 31
"""Of names, which every one here keeps: what ``ObjectName`` of declarations says."""

Addresses = frozenset[IPv4Network]

NamedSet = tuple[str, Addresses]
"""A set of addresses that the estate has a name for."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Every source to every destination, on one service."""

    id: str
    firewall: str
    source: str
    """The name of an object, as ``destination`` and ``service``."""
    destination: str
    service: str
    permissions: tuple[Permission, ...]
    """Exactly what it lets through."""


@dataclass(frozen=True, kw_only=True)
class AddressObject:
    """One address or one range."""

    name: str
    network: IPv4Network
    comment: str


@dataclass(frozen=True, kw_only=True)
class GroupObject:
    """Several addresses."""

    name: str
    members: tuple[AddressObject, ...]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What one zone requests: rules, and the objects by the names that rules have."""

    rules: tuple[Rule, ...]
    objects: Mapping[str, AddressObject | GroupObject]


def request(
    found: Sequence[Permission], sets: Sequence[NamedSet], environment: Environment = UNNAMED
) -> Request:
    """Rules that together let through what ``found`` says, and no more."""
    products = list(_products(found))
    # No set and no app has '_' in its name, so no group of another environment begins like this.
    names = _names(products, sets, "g-" if environment.first else f"g-{environment.name}_")
    rules: list[Rule] = []
    objects: dict[str, AddressObject | GroupObject] = {}
    comments = _comments(found)
    for product in products:
        first = product.permissions[0]
        source = names[product.source_base, product.sources]
        destination = names[product.destination_base, product.destinations]
        for name, addresses in ((source, product.sources), (destination, product.destinations)):
            objects[name] = _object(name, addresses, comments)
        identity = (first.row.firewall, first.source_side, source, destination, first.service)
        rules.append(
            Rule(
                id=short_id("r", *identity),
                firewall=first.row.firewall,
                source=source,
                destination=destination,
                service=first.service,
                permissions=product.permissions,
            )
        )
    return Request(
        rules=tuple(sorted(rules, key=lambda rule: (rule.firewall, rule.source, *_after(rule)))),
        objects={name: objects[name] for name in sorted(objects)},
    )


def _after(one: Rule) -> tuple[str, str]:
    return one.destination, one.service


@dataclass(frozen=True, kw_only=True)
class _Product:
    """Sources that reach the same destinations for the same reason."""

    permissions: tuple[Permission, ...]
    sources: Addresses
    destinations: Addresses

    @property
    def source_base(self) -> str:
        row = self.permissions[0].row
        clients = row.source_zone == "outside"
        return f"{row.destination_zone}-{row.app}-{'clients' if clients else 'sources'}"

    @property
    def destination_base(self) -> str:
        row = self.permissions[0].row
        name = f"{row.app}-members" if row.purpose in _TO_MEMBERS else row.destination_name
        return f"{row.destination_zone}-{name}"


def _products(found: Iterable[Permission]) -> Iterator[_Product]:
    alike: defaultdict[tuple[object, ...], list[Permission]] = defaultdict(list)
    for permission in found:
        alike[_why(permission)].append(permission)
    for together in alike.values():
        reached: defaultdict[IPv4Network, set[IPv4Network]] = defaultdict(set)
        for permission in together:
            reached[permission.source].add(permission.destination)
        sets = {network: frozenset(ends) for network, ends in reached.items()}
        for destinations in dict.fromkeys(sets.values()):
            sources = frozenset(network for network, ends in sets.items() if ends == destinations)
            own = tuple(permission for permission in together if permission.source in sources)
            yield _Product(permissions=own, sources=sources, destinations=destinations)


def _why(one: Permission) -> tuple[object, ...]:
    row = one.row
    server = "" if row.purpose in _TO_MEMBERS else row.destination_name
    return (
        *(row.firewall, one.source_side, one.destination_side, one.service, row.purpose, server),
        *(one.tenants, one.apps, one.namespaces, one.owners, one.tickets, one.valid_until),
    )


def _names(
    products: Iterable[_Product], sets: Sequence[NamedSet], prefix: str
) -> Mapping[tuple[str, Addresses], str]:
    """The object's name of each set in each role."""
    given: dict[Addresses, str] = {}
    for name, addresses in sets:
        given.setdefault(addresses, _short(f"{prefix}{name}"))
    wanted: dict[tuple[str, Addresses], str] = {}
    for product in products:
        for base, addresses in (
            (product.source_base, product.sources),
            (product.destination_base, product.destinations),
        ):
            wanted[base, addresses] = _wanted(f"{prefix}{base}", addresses, given)
    behind: defaultdict[str, set[Addresses]] = defaultdict(set)
    for (_, addresses), name in wanted.items():
        behind[name].add(addresses)
    return {
        key: name if len(behind[name]) == 1 else _distinct(name, key[1])
        for key, name in wanted.items()
    }


def _wanted(group: str, addresses: Addresses, given: Mapping[Addresses, str]) -> str:
    if addresses in given:
        return given[addresses]
    if len(addresses) == 1:
        return address_name(next(iter(addresses)))
    return _short(group)


def address_name(network: IPv4Network) -> str:
    """One name for one address, whatever it is today."""
    text = str(network.network_address).replace(".", "-")
    return f"h-{text}" if network.prefixlen == 32 else f"n-{text}-{network.prefixlen}"


def _short(name: str) -> str:
    """The name, within the limit: a long one keeps its beginning and says what it was."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 5]}-{_digest(plain, 4)}"


def _distinct(name: str, addresses: Addresses) -> str:
    return f"{name[: LONGEST - 7]}-{_digest(' '.join(map(str, sorted(addresses))), 6)}"


def _digest(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]


def _comments(found: Iterable[Permission]) -> Mapping[IPv4Network, str]:
    """What each address is, as rows name it."""
    said: defaultdict[IPv4Network, set[str]] = defaultdict(set)
    for permission in found:
        said[permission.source].add(permission.row.source_node)
        said[permission.destination].add(permission.row.destination_name)
    return {network: ", ".join(sorted(names)) for network, names in said.items()}


def _object(
    name: str, addresses: Addresses, comments: Mapping[IPv4Network, str]
) -> AddressObject | GroupObject:
    members = tuple(
        AddressObject(name=address_name(address), network=address, comment=comments[address])
        for address in sorted(addresses)
    )
    return members[0] if name == members[0].name else GroupObject(name=name, members=members)
