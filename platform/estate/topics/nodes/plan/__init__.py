"""Nodes: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.nodes.declare import TimeServers
from estate.topics.nodes.plan.model import PoolPlan


@dataclass(frozen=True, kw_only=True)
class NodesPlan:
    """The nodes of one zone."""

    pools: tuple[PoolPlan, ...]
    """By name."""
    time: TimeServers | None = None
    """What nodes and masters set their clocks by."""
