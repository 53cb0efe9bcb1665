"""A graph of ways: what stands between users, apps and servers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

Kind = Literal["clients", "balancer", "nodes", "router", "app", "tenant", "egress", "server"]


class Layer(IntEnum):
    """How far a node is from users: connections go from lower layers to higher ones."""

    CLIENTS = 0
    BALANCERS = 1
    NODES = 2
    APPS = 3
    CALLEES = 4
    EGRESS = 5
    SERVERS = 6


@dataclass(frozen=True, kw_only=True)
class Node:
    """Something that connections start at, go through or end at."""

    id: str
    layer: Layer
    kind: Kind
    title: str
    lines: tuple[str, ...] = ()
    """What it is, in a few words each."""
    tenant: str = ""
    """Of apps and tenants: the tenant's name."""


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Connections from one node to another."""

    start: str
    end: str
    labels: tuple[str, ...] = ()
    """Firewalls and ports in between."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Nodes and the connections between them."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


MOST_WORDS = 3


def few(words: Iterable[str], most: int = MOST_WORDS) -> tuple[str, ...]:
    """The first of them, and how many more there are."""
    found = [*dict.fromkeys(words)]
    if len(found) <= most:
        return tuple(found)
    return (*found[: most - 1], f"and {len(found) - most + 1} more")
