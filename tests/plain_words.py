"""Words that make a sentence a riddle for engineers of other languages, and where people read text.

`CONTRIBUTING.md` has the style. The list is small on purpose: each word has a plain alternative
that is always right.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.estates import REPOSITORY
from tests.references import docstrings, modules, strings

RIDDLES = {
    r"who(?:m|so)?ever": "name the role, or 'every client that ...'",
    r"whom": "name the role: owner, receiver, client",
    r"(?:is|are|was|were|be|been) told": "gets, receives, is configured with",
    r"(?:is|are|was|were|be|been) asked of": "name who does what",
    r"hears?|heard": "receives, listens on",
    r"leads? to|led to": "forwards to, points to, redirects to, resolves to, causes",
}
"""Each with what to write instead."""

_FOUND = re.compile(rf"\b(?:{'|'.join(RIDDLES)})\b", re.IGNORECASE)

GUIDES = {"CONTRIBUTING.md"}
"""Pages that quote the words to explain them."""

EMITTED = {"platform/estate/topics/monitoring/manifests/rules/monitoring.py"}
"""Texts that stand in objects: another word would change the object's name."""


def riddles(text: str) -> list[str]:
    """Each of the words in a text, with its surroundings in one line."""
    line = " ".join(text.split())
    return [line[max(0, at.start() - 40) : at.end() + 40] for at in _FOUND.finditer(line)]


def pages() -> Iterator[Path]:
    """All pages for people."""
    yield from (page for page in sorted(REPOSITORY.glob("*.md")) if page.name not in GUIDES)
    yield from sorted((REPOSITORY / "docs").rglob("*.md"))


def shown() -> Iterator[tuple[str, str]]:
    """What people read of the program, with its place: strings, help texts, help of keys."""
    for path in modules("platform", "__main__.py"):
        name, source = str(path.relative_to(REPOSITORY)), path.read_text(encoding="utf-8")
        if name not in EMITTED:
            yield from ((f"{name}:{line}", text) for line, text in strings(source))
        if path.parent.name == "cli" or "declare" in (path.stem, *path.parts):
            for text in docstrings(ast.parse(source)):
                yield f"{name}:{text.lineno}", str(text.value)
