"""Derived rows against existing rules: what exists, what is missing, what nothing needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses

from estate.importing.firewall.existing import ExistingRule
from estate.proof.readers.ports import LAST, Ports
from estate.topics.firewall.plan.permissions import Permission, reason

SHOWN = 5
"""So many connections of one rule are written out."""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A derived row that no rule lets through."""

    id: str
    source: str
    destination: str
    service: str
    reason: str
    """Why the estate needs it."""
    denied_by: str
    """A rule that comes first and denies it; empty where there is none."""


@dataclass(frozen=True, kw_only=True)
class Unneeded:
    """A rule that lets through what no row needs."""

    rule: str
    whole: bool
    """No row needs any of it."""
    connections: int
    """How many of its connections no row needs, or needs a part of."""
    all: int
    """How many it has: one for each source, destination and service."""
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All rows of one firewall, held against its rules."""

    firewall: str
    existing: tuple[str, ...]
    """Ids of the rows that exist."""
    missing: tuple[Missing, ...]
    unneeded: tuple[Unneeded, ...]
    unread: tuple[str, ...]


def compare(
    firewall: str,
    own: Sequence[Permission],
    every: Iterable[Permission],
    rules: Sequence[ExistingRule],
    unread: tuple[str, ...],
) -> Comparison:
    """``own``: the rows of the stack that is asked about; ``every``: those of all stacks."""
    missing: list[Missing] = []
    existing: list[str] = []
    index = _ByService(rules)
    for one in own:
        through, denied_by = _through(one, index.holding(ports_of(one)))
        if through:
            existing.append(one.id)
            continue
        missing.append(
            Missing(
                id=one.id,
                source=str(one.source),
                destination=str(one.destination),
                service=one.service,
                reason=reason(one, one.row.source_node),
                denied_by=denied_by,
            )
        )
    needed = _Needed(every)
    unneeded = [found for rule in rules if rule.allows and (found := _unneeded(rule, needed))]
    return Comparison(
        firewall=firewall,
        existing=tuple(existing),
        missing=tuple(missing),
        unneeded=tuple(unneeded),
        unread=unread,
    )


def ports_of(one: Permission) -> Ports:
    """The row's protocol and port."""
    row = one.row
    if row.protocol == "VRRP":
        return Ports("VRRP", 1, LAST)
    return Ports(row.protocol, row.port, row.port)


class _ByService:
    """Rules by the service that they have to hold, found once for each."""

    def __init__(self, rules: Sequence[ExistingRule]) -> None:
        self._rules = rules
        self._known: dict[Ports, tuple[ExistingRule, ...]] = {}

    def holding(self, ports: Ports) -> tuple[ExistingRule, ...]:
        """Those that hold the whole service, in their order."""
        if ports not in self._known:
            self._known[ports] = tuple(
                rule for rule in self._rules if any(one.holds(ports) for one in rule.services)
            )
        return self._known[ports]


def _through(one: Permission, rules: Iterable[ExistingRule]) -> tuple[bool, str]:
    """Whether rules together let all of the row through; and the rule that denies it before."""
    open_: list[IPv4Network] = [one.source]
    for rule in rules:
        if not any(one.destination.subnet_of(to) for to in rule.destinations):
            continue
        if not rule.allows and any(rest.overlaps(frm) for rest in open_ for frm in rule.sources):
            return False, rule.name
        if rule.allows:
            open_ = [part for rest in open_ for part in _without(rest, rule.sources)]
        if not open_:
            return True, ""
    return False, ""


def _without(network: IPv4Network, taken: Iterable[IPv4Network]) -> list[IPv4Network]:
    """What is left of a network."""
    left = [network]
    for one in taken:
        rest: list[IPv4Network] = []
        for part in left:
            if part.subnet_of(one):
                continue
            rest += [*part.address_exclude(one)] if one.subnet_of(part) else [part]
        left = rest
    return [*collapse_addresses(left)]


class _Needed:
    """What rows need, found by protocol and destination."""

    def __init__(self, permissions: Iterable[Permission]) -> None:
        self._to: dict[IPv4Network, list[tuple[IPv4Network, Ports]]] = defaultdict(list)
        for one in permissions:
            self._to[one.destination].append((one.source, ports_of(one)))

    def needs(self, source: IPv4Network, destination: IPv4Network, ports: Ports) -> str:
        """``all`` of a connection, a ``part`` of it, or ``nothing``."""
        exact = self._to.get(destination, ()) if destination.prefixlen == 32 else ()
        sources = [frm for frm, own in exact if own.holds(ports)]
        if not _without(source, sources):
            return "all"
        for to, rows in self._near(destination):
            if to.overlaps(destination):
                for frm, own in rows:
                    if frm.overlaps(source) and _share(own, ports):
                        return "part"
        return "nothing"

    def _near(
        self, destination: IPv4Network
    ) -> Iterable[tuple[IPv4Network, list[tuple[IPv4Network, Ports]]]]:
        if destination.prefixlen == 32:
            found = self._to.get(destination)
            return [(destination, found)] if found else []
        return self._to.items()


def _share(one: Ports, other: Ports) -> bool:
    return one.protocol == other.protocol and one.first <= other.last and other.first <= one.last


def _unneeded(rule: ExistingRule, needed: _Needed) -> Unneeded | None:
    """What of a rule no row needs; None where rows need all of it."""
    found: Mapping[str, list[str]] = {"nothing": [], "part": []}
    count = 0
    for source in sorted(rule.sources):
        for destination in sorted(rule.destinations):
            for ports in sorted(rule.services):
                count += 1
                much = needed.needs(source, destination, ports)
                if much in found:
                    word = "" if much == "nothing" else ", of which rows need a part"
                    found[much].append(f"{source} to {destination}, {ports}{word}")
    lines = [*found["nothing"], *found["part"]]
    if not lines:
        return None
    return Unneeded(
        rule=rule.name,
        whole=len(found["nothing"]) == count,
        connections=len(lines),
        all=count,
        examples=tuple(lines[:SHOWN]),
    )
