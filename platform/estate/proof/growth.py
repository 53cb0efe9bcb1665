"""What to ask for when a pool is too small: nodes, and what they change for other teams (D3).

Nodes are added to the declared inventory, one after the other, until the same checks that refused
it accept it; the request is what was added, and how every document differs with and without it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from estate.changes.texts import text_deltas
from estate.declarations.load import Loaded
from estate.declarations.references import resolve
from estate.declarations.stack import Stack
from estate.derivation import derive
from estate.handover import documents
from estate.plan import Plan
from estate.reader.problems import Problem
from estate.reader.values import ZONES, Zone
from estate.topics.nodes.declare import Node

CAPACITY = frozenset({"pool-too-small", "pool-does-not-survive", "max-above-ceiling"})
"""Problems that more nodes may solve."""

MOST = 40
"""Nodes for one pool; what those do not solve, nodes of its size do not."""

_POOL = re.compile(r"estate:pools\[([0-9]+)\]")
_Pool = tuple[Zone, str]


@dataclass(frozen=True, kw_only=True)
class ProposedNode:
    """A node to apply for; its name and address are proposals."""

    zone: Zone
    node: Node
    why: str
    """What is refused without it."""


@dataclass(frozen=True, kw_only=True)
class Delta:
    """How one document differs once the nodes stand."""

    zone: Zone
    document: str
    diff: str
    """In unified form."""


@dataclass(frozen=True, kw_only=True)
class CapacityRequest:
    """What to ask for, and what follows."""

    nodes: tuple[ProposedNode, ...]
    deltas: tuple[Delta, ...]
    hopeless: tuple[Problem, ...]
    """Problems that no number of such nodes solves."""


def capacity_request(loaded: Loaded) -> CapacityRequest:
    """What to ask for so that everything declared fits; empty where it fits already.

    Raises ValueError where anything else is wrong with the declarations.
    """
    derived = derive(loaded)
    if any(one.code not in CAPACITY for one in derived.problems):
        raise ValueError("more nodes do not solve these problems")
    grown, added = loaded, list[ProposedNode]()
    hopeless: dict[_Pool, Problem] = {}
    while short := {
        pool: problem
        for pool, problem in _short(grown, derive(grown).problems).items()
        if pool not in hopeless
    }:
        for (zone, pool), problem in short.items():
            already = [one for one in added if (one.zone, one.node.pool) == (zone, pool)]
            if len(already) == MOST:
                hopeless[(zone, pool)] = problem
                added = [one for one in added if one not in already]
                grown = _without(grown, zone, {one.node.name for one in already})
                continue
            node = _proposed(grown.stacks[zone].value, zone, pool, len(already) + 1)
            why = already[0].why if already else problem.found
            added.append(ProposedNode(zone=zone, node=node, why=why))
            grown = _with(grown, zone, node)
    before = derive(loaded, allowing=CAPACITY).plans
    after = derive(grown, allowing=CAPACITY).plans
    return CapacityRequest(
        nodes=tuple(added),
        deltas=tuple(delta for zone in ZONES for delta in _deltas(before[zone], after[zone])),
        hopeless=tuple(hopeless.values()),
    )


def _short(loaded: Loaded, problems: tuple[Problem, ...]) -> Mapping[_Pool, Problem]:
    """The pools that lack nodes, each with the first problem that says so."""
    catalogue, _ = resolve(loaded)
    by_file = {app.positions.file: app.value for app in catalogue.apps}
    found: dict[_Pool, Problem] = {}
    for problem in problems:
        match = _POOL.match(problem.key_path)
        if match is None:
            app = by_file[problem.source.file]
            found.setdefault((app.zone, catalogue.pool_of(app)), problem)
            continue
        for zone, stack in loaded.stacks.items():
            if stack.positions.file == problem.source.file:
                found.setdefault((zone, stack.value.pools[int(match[1])].name), problem)
    return found


def _proposed(stack: Stack, zone: Zone, pool: str, number: int) -> Node:
    """Like the largest of the pool, in the rack with the fewest of its nodes."""
    own = [node for node in stack.nodes if node.pool == pool]
    sizes = [node.size for node in own] or [node.size for node in stack.nodes]
    size = max(sizes, key=lambda name: (stack.node_sizes[name].cpu, stack.node_sizes[name].memory))
    here = Counter(node.rack for node in own)
    rack = min(sorted({node.rack for node in stack.nodes}), key=lambda name: here[name])
    name = f"{zone}-new-{pool}"[:26].rstrip("-")
    return Node(name=f"{name}-{number}", address=_free(stack), rack=rack, size=size, pool=pool)


def _free(stack: Stack) -> IPv4Address:
    """The first address of the range after those that nodes have."""
    taken = {node.address for node in stack.nodes}
    return next(
        host for host in stack.network.nodes.hosts() if host > min(taken) and host not in taken
    )


def _with(loaded: Loaded, zone: Zone, node: Node) -> Loaded:
    return _nodes(loaded, zone, (*loaded.stacks[zone].value.nodes, node))


def _without(loaded: Loaded, zone: Zone, names: set[str]) -> Loaded:
    kept = tuple(node for node in loaded.stacks[zone].value.nodes if node.name not in names)
    return _nodes(loaded, zone, kept)


def _nodes(loaded: Loaded, zone: Zone, nodes: tuple[Node, ...]) -> Loaded:
    declared = loaded.stacks[zone]
    changed = replace(declared, value=declared.value.model_copy(update={"nodes": nodes}))
    return replace(loaded, stacks={**loaded.stacks, zone: changed})


def _deltas(before: Plan, after: Plan) -> Iterator[Delta]:
    old = {document.name: document.text for document in documents(before)}
    new = {document.name: document.text for document in documents(after)}
    for text_delta in text_deltas(old, new, context=1):
        yield Delta(zone=before.zone, document=text_delta.document, diff=text_delta.diff)
