"""Problems: what is wrong in a declaration, where, and what would be right.

Loader and plan return problems; only the edges (the CLI, the Pulumi program) raise or print them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Generic, TypeVar

Key = str | int
KeyPath = tuple[Key, ...]
T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Source:
    """A place in a file that a person wrote; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: its code and place, what was found, what is allowed, the fix."""

    code: str
    source: Source
    key_path: str
    found: str
    allowed: str = ""
    hint: str = ""

    def __str__(self) -> str:
        key = f"{self.key_path}: " if self.key_path else ""
        rest = "".join(f" {_sentence(part)}" for part in (self._allowed(), self.hint) if part)
        return f"{self.source}: {key}{_sentence(self.found)}{rest} [{self.code}]"

    def _allowed(self) -> str:
        return f"Allowed: {self.allowed}" if self.allowed else ""

    def as_json(self) -> dict[str, str | int]:
        """The problem as `estate check --json` prints it."""
        return {
            "code": self.code,
            "file": self.source.file,
            "line": self.source.line,
            "column": self.source.column,
            "key_path": self.key_path,
            "found": self.found,
            "allowed": self.allowed,
            "hint": self.hint,
        }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def show_path(path: KeyPath) -> str:
    """Key path as people read it: ``estate:nodes[3].address``."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            word = printable(key if len(key) <= 60 else f"{key[:57]}...")
            text += f".{word}" if text else word
    return text


def printable(text: str) -> str:
    """Text that cannot disturb a terminal: what does not print is shown as its escape."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """A suggestion where a near name exists, otherwise nothing."""
    near = get_close_matches(found, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else ""


def shown(value: object) -> str:
    """A found value, quoted and short enough for one line."""
    if isinstance(value, bool):
        value = str(value).lower()
    text = value if isinstance(value, str) else repr(value)
    return f"'{printable(text[:57])}...'" if len(text) > 60 else f"'{printable(text)}'"


@dataclass(frozen=True)
class Positions:
    """Where the values and the keys of one file stand."""

    file: str
    values: Mapping[KeyPath, tuple[int, int]]
    keys: Mapping[KeyPath, tuple[int, int]]
    parts: Mapping[KeyPath, Positions] = field(default_factory=dict[KeyPath, "Positions"])
    """Values that stand in a file of their own, and where in that file."""
    moved: Mapping[KeyPath, KeyPath] = field(default_factory=dict[KeyPath, KeyPath])
    """Values that were written elsewhere in the file than where the model has them."""

    def written(self, path: KeyPath) -> KeyPath:
        """Where the value that the model has at ``path`` was written."""
        for length in range(len(path), 0, -1):
            if (origin := self.moved.get(path[:length])) is not None:
                return (*origin, *path[length:])
        return path

    def value(self, path: KeyPath) -> Source:
        """The value at ``path``, or the nearest value around it that exists."""
        for prefix, part in self.parts.items():
            if path[: len(prefix)] == prefix:
                return part.value(path[len(prefix) :])
        path = self.written(path)
        while path and path not in self.values:
            path = path[:-1]
        return Source(self.file, *self.values.get(path, (1, 1)))

    def key(self, path: KeyPath) -> Source:
        """The key at ``path``, or the value where the path does not end in a key."""
        for prefix, part in self.parts.items():
            if path[: len(prefix)] == prefix:
                return part.key(path[len(prefix) :])
        path = self.written(path)
        at = self.keys.get(path)
        return Source(self.file, *at) if at else self.value(path)


@dataclass(frozen=True)
class Declared(Generic[T]):
    """A model together with where it was written, so that the plan's problems have a place."""

    value: T
    positions: Positions = field(repr=False)
    prefix: KeyPath = ()
    namespace: str = ""
    """What stands before the first key in the file: ``estate:`` in a stack file."""

    def problem(
        self, code: str, path: KeyPath, found: str, allowed: str = "", hint: str = ""
    ) -> Problem:
        """A problem with the value at ``path`` (keys as the model names them)."""
        return Problem(
            code=code,
            source=self.place(path),
            key_path=show_path(self.positions.written(self._written(path))),
            found=found,
            allowed=allowed,
            hint=hint,
        )

    def place(self, path: KeyPath) -> Source:
        """Where the value at ``path`` was written."""
        return self.positions.value(self.prefix + self._written(path))

    def _written(self, path: KeyPath) -> KeyPath:
        return (f"{self.namespace}{path[0]}", *path[1:]) if path and self.namespace else path
