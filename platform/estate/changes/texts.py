"""How documents differ, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TextDelta:
    """How one document differs."""

    document: str
    diff: str
    """In unified form; a document that comes or goes is compared with an empty one."""
    came: int
    """Lines."""
    went: int


def text_deltas(
    before: Mapping[str, str], after: Mapping[str, str], context: int = 3
) -> Iterator[TextDelta]:
    """Every document that differs, by name."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, ""), after.get(name, "")
        if old == new:
            continue
        lines = list(
            difflib.unified_diff(
                old.splitlines(keepends=True), new.splitlines(keepends=True), name, name, n=context
            )
        )
        yield TextDelta(
            document=name,
            diff="".join(lines),
            came=sum(line.startswith("+") for line in lines) - 1,
            went=sum(line.startswith("-") for line in lines) - 1,
        )
