"""A listing: its columns, and how its rows are read off a stack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from estate.plan import Plan
from estate.topic import Given

Cell = str | int | float | tuple[str, ...]
"""A text, a number, or several texts."""

Row = Mapping[str, Cell]

_SPELLED = {"cpu": "CPU", "gib": "GiB", "tls": "TLS"}


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack: its plan, and the declarations that the plan comes from."""

    plan: Plan
    given: Given
    """Of its environment."""

    @property
    def name(self) -> str:
        """As people type it."""
        return str(self.plan.stack)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A table of one kind of thing."""

    name: str
    """In the plural, as people type it."""
    what: str
    """What a row is, in a few words."""
    columns: tuple[str, ...]
    rows: Callable[[Stack], Iterable[Row]]
    """Of one stack, in the plan's order."""

    @property
    def title(self) -> str:
        """As a heading has it."""
        return self.name.replace("-", " ").capitalize()


def heading(column: str) -> str:
    """A column as people read it: ``cpu_requested`` is `CPU requested`."""
    words = (_SPELLED.get(word, word) for word in column.split("_"))
    return " ".join(words)


def text(cell: Cell) -> str:
    """A cell as people read it."""
    return ", ".join(cell) if isinstance(cell, tuple) else str(cell)
