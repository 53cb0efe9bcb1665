"""Each requirement, fault and trap that the repository cites has a line in the register."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.estates import REPOSITORY

REFERENCE = re.compile(r"(?<![\w./+-])(?:[A-NX]\d{1,2}[a-c]?|(?:fault|trap) \d+)(?![\w%-])")

NO_REFERENCES = {"F5"}
"""Other names of the field that look like one."""

REGISTER = REPOSITORY / "docs/requirements.md"
SOURCES = ("platform", "lab", "toolchain", "tests", "benchmarks", "__main__.py")


def references(text: str) -> list[str]:
    """What a text cites, in its order."""
    return [found for found in REFERENCE.findall(text) if found not in NO_REFERENCES]


def defined() -> set[str]:
    """What the register has a line for."""
    return set(re.findall(r"^\| ([^|]+?) \|", REGISTER.read_text(encoding="utf-8"), re.MULTILINE))


def prose(source: str) -> Iterator[str]:
    """The docstrings and comments of a module: strings that the program uses are none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def modules() -> Iterator[Path]:
    """All Python of the repository."""
    for source in SOURCES:
        path = REPOSITORY / source
        yield from sorted(path.rglob("*.py")) if path.is_dir() else (path,)


def pages() -> Iterator[Path]:
    """All pages but the register itself."""
    yield from sorted(REPOSITORY.glob("*.md"))
    yield from (page for page in sorted((REPOSITORY / "docs").rglob("*.md")) if page != REGISTER)


def cited() -> Iterator[tuple[str, str]]:
    """Each reference with the file that makes it."""
    for path in modules():
        for text in prose(path.read_text(encoding="utf-8")):
            for reference in references(text):
                yield reference, str(path.relative_to(REPOSITORY))
    for page in pages():
        for reference in references(page.read_text(encoding="utf-8")):
            yield reference, str(page.relative_to(REPOSITORY))


def test_every_reference_has_a_line_in_the_register() -> None:
    """N1: a code without a meaning says nothing to a reader."""
    known = defined()
    unknown = sorted({(code, path) for code, path in cited() if code not in known})
    assert not unknown, "docs/requirements.md has no line for these (faults are 'fault 11')"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("refused (E14, X2)", ["E14", "X2"]),
        ("E1 to E3, E3c: rows", ["E1", "E3", "E3c"]),
        ("fault 11, trap 15", ["fault 11", "trap 15"]),
        ("an F5 behind 10.0.0.1, Service_L4, UTF-8 and 35 %", []),
    ],
)
def test_references_are_told_from_other_words(text: str, found: list[str]) -> None:
    """N1."""
    assert references(text) == found


def test_no_line_of_the_register_stands_twice() -> None:
    """N1: one meaning for each code."""
    lines = re.findall(r"^\| ([A-Z]\d+[a-c]?) \|", REGISTER.read_text(encoding="utf-8"), re.M)
    assert len(lines) == len(set(lines))
