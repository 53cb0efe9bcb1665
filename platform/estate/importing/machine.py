"""What an inventory says of a machine, whatever form it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class Unreadable(Exception):
    """The file has not the form that it seems to have."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One machine; what the inventory does not say is empty."""

    name: str
    address: str = ""
    rack: str = ""
    size: str = ""
    """The name of a size, where the inventory has it."""
    pool: str = ""
    cpu: int = 0
    """Millicores; 0 where it is not known."""
    memory: int = 0
    """Bytes; 0 where it is not known."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    groups: frozenset[str] = frozenset()
    master: bool = False
