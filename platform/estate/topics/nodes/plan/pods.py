"""A pod of a pool, as far as capacity is concerned."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.nodes.plan.model import Amount


@dataclass(frozen=True)
class Pod:
    """A pod that has to stand somewhere."""

    app: str
    needs: Amount
    node: str | None = None
    """Where its disk is: it runs there or, once that node is gone, not at all (X15)."""
    anti_affinity: bool = False
    """Never on one node with another of its app."""
