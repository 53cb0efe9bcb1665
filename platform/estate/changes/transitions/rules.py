"""The table of rules, and what all of them find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from estate.changes.rendered import Rendered
from estate.changes.transitions.finding import EFFECTS, Finding
from estate.changes.transitions.nodes import nodes, pools
from estate.changes.transitions.owners import hosts, node_ports, virtual_addresses
from estate.changes.transitions.quotas import quotas
from estate.changes.transitions.replaced import replaced
from estate.changes.transitions.restarts import restarts
from estate.changes.transitions.sides import Sides, sides
from estate.changes.transitions.storage import claims, classes, volumes

S = TypeVar("S", bound=str)
"""The name of a stack."""

RULES: tuple[Callable[[Sides], Iterator[Finding]], ...] = (
    claims,
    volumes,
    classes,
    quotas,
    node_ports,
    pools,
    replaced,
    restarts,
    nodes,
    virtual_addresses,
    hosts,
)


def transitions(before: Mapping[S, Rendered], after: Mapping[S, Rendered]) -> tuple[Finding, ...]:
    """What the change from one pair of renders to another runs into, the worst first. Pure."""
    found = [
        finding
        for zone, new in after.items()
        for finding in found_between(sides(zone, before[zone], new))
    ]
    return _sorted(found)


def found_between(both: Sides) -> tuple[Finding, ...]:
    """The same of one zone, from what was read of both sides."""
    return _sorted([finding for rule in RULES for finding in rule(both)])


def _sorted(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda finding: EFFECTS.index(finding.effect)))
