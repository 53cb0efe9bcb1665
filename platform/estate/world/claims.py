"""What an environment takes of the shared world, and what two of them take."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.stacks import StackName


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One thing that a stack, a tenant or an app takes."""

    stack: StackName
    key: Hashable
    """Equal for what is the same thing."""
    what: str
    """As messages say it: an address, a number, a name."""
    declared: Declared[Any]
    path: KeyPath
    shared: Hashable = None
    """Equal for claims of one device or server that several environments may use."""

    @property
    def place(self) -> str:
        """Where it stands, and for which stack."""
        return f"{self.stack} ({self.declared.place(self.path)})"

    def problem(self, code: str, found: str, allowed: str, hint: str = "") -> Problem:
        """A problem with it."""
        return self.declared.problem(code, self.path, found, allowed, hint)


def meetings(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Each claim of which an earlier environment has the key, with the first of those."""
    first: dict[Hashable, Claim] = {}
    for one in claims:
        other = first.setdefault(one.key, one)
        if other.stack.environment != one.stack.environment and not may_share(other, one):
            yield other, one


def may_share(one: Claim, other: Claim) -> bool:
    """Whether both are of a device or server that environments may have in common."""
    return one.shared is not None and one.shared == other.shared


World = tuple[Loaded, ...]
"""The environments, the first one before the others: these get the problems."""


def stacks_of(world: World) -> Iterator[tuple[StackName, Declared[Stack]]]:
    """Every stack that could be read."""
    for loaded in world:
        for zone, stack in loaded.stacks.items():
            yield loaded.environment.stack(zone), stack
