"""Loss of any one node: which flows go on, which come back, which are gone (A4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from estate.proof.engine.trail import Carrier, Trail
from estate.reader.problems import Problem
from estate.reader.values import Zone

Fate = Literal["comes back", "is lost"]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A flow that does not simply go on."""

    zone: Zone
    node: str
    flow: str
    fate: Fate
    why: str


def losses(trails: Iterable[Trail]) -> list[Hit]:
    """Every flow that the loss of one node interrupts; all others go on."""
    return [hit for trail in trails for hit in _of_flow(trail)]


def _of_flow(trail: Trail) -> list[Hit]:
    worst: dict[str, Hit] = {}
    for carrier in trail.carriers:
        for node in {*carrier.nodes, *carrier.alone}:
            fate = _fate(carrier, node)
            if fate and (node not in worst or fate == "is lost"):
                worst[node] = Hit(
                    zone=trail.view.zone,
                    node=node,
                    flow=trail.flow.text,
                    fate=fate,
                    why=carrier.what,
                )
    return [worst[node] for node in sorted(worst)]


def _fate(carrier: Carrier, node: str) -> Fate | None:
    if node in carrier.alone:
        return "comes back" if carrier.again else "is lost"
    return None if any(one != node for one in carrier.nodes) else "is lost"


def not_available(trails: Iterable[Trail]) -> list[Problem]:
    """A problem for each flow that is declared highly available and does not go on."""
    found: list[Problem] = []
    for trail in trails:
        hits = _of_flow(trail) if trail.flow.available else []
        if hits:
            hit = hits[0]
            place = trail.hops[-1].rests_on[0] if trail.hops and trail.hops[-1].rests_on else None
            found.append(
                (place or trail.view.nodes_place).problem(
                    "not-available",
                    f"{trail.flow.subject}: without node {hit.node} the flow {hit.fate}, "
                    f"because of {hit.why} ({hit.flow})",
                    "Declared with several replicas it has to survive the loss of any one node: "
                    "another node, spread replicas and a monitor of the F5's pool make it so",
                )
            )
    return found
