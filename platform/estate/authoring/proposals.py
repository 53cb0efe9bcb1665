"""Proposals for an addition: the next name of a node, its rack, the next free address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from estate.authoring.values import Mistake
from estate.declarations.inventory_file import FOLDER
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.topics.nodes.declare import Node

_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d./])")
_NUMBER = re.compile(r"(.*?)(\d+)([^\d]*)")


def written_addresses(root: Path) -> frozenset[IPv4Address]:
    """Every address that stands in a declaration, whatever for."""
    found: set[IPv4Address] = set()
    files = [*root.glob("Pulumi.*.yaml"), *(root / "apps").glob("*.yaml")]
    files += (root / FOLDER).glob("*.*")
    for path in files:
        for text in _ADDRESS.findall(path.read_text(encoding="utf-8")):
            if all(int(part) < 256 for part in text.split(".")):
                found.add(IPv4Address(".".join(str(int(part)) for part in text.split("."))))
    return frozenset(found)


def next_address(
    networks: Iterable[IPv4Network], taken: Collection[IPv4Address], above: IPv4Address | None
) -> IPv4Address:
    """The first free address above ``above``, or else the first free one of the networks."""
    free = [host for network in networks for host in network.hosts() if host not in taken]
    if not free:
        raise Mistake("Every address of the range is taken: widen the range in the stack file.")
    return next((address for address in free if above is None or address > above), free[0])


def names_like(names: Collection[str], pattern: str) -> str:
    """The name that follows ``pattern`` by its number: n02 after n01."""
    if not (found := _NUMBER.fullmatch(pattern)):
        raise Mistake(f"No name follows {pattern}, which has no number: name the node by --name.")
    before, number, after = found.groups()
    count = int(number)
    while (name := f"{before}{count:0{len(number)}}{after}") in names:
        count += 1
    return name


def next_rack(of_pool: Collection[Node], every: Iterable[Node]) -> str:
    """The rack with the fewest nodes of the pool."""
    counts = Counter(node.rack for node in of_pool)
    return min(sorted({node.rack for node in every}), key=lambda rack: counts[rack])


def vip_ranges(stack: Stack) -> tuple[IPv4Network, ...]:
    """The ranges of users' addresses of the zone's load balancer."""
    return tuple(IPv4Network(vip) for vip in stack.load_balancer.vips)


def node_names(loaded: Loaded) -> frozenset[str]:
    """The nodes of both zones."""
    stacks = loaded.stacks.values()
    return frozenset(node.name for stack in stacks for node in stack.value.nodes)
