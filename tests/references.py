"""Requirement codes: what the register defines, and who cites what."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.estates import REPOSITORY

REFERENCE = re.compile(r"(?<![\w./+-])(?:[A-NX]\d{1,2}[a-c]?|(?:fault|trap) \d+)(?![\w%-])")

NO_REFERENCES = {"F5"}
"""Other names of the field that look like one."""

REGISTER = REPOSITORY / "docs/requirements.md"
SOURCES = ("platform", "lab", "toolchain", "tests", "benchmarks", "__main__.py")


def references(text: str) -> list[str]:
    """What a text cites, in its order."""
    return [code for code in REFERENCE.findall(text) if code not in NO_REFERENCES]


@cache
def defined() -> frozenset[str]:
    """What the register has a line for."""
    return frozenset(
        re.findall(r"^\| ([^|]+?) \|", REGISTER.read_text(encoding="utf-8"), re.MULTILINE)
    )


def seen_codes(text: str) -> list[str]:
    """Codes of the register in a text that no code should stand in, each with its surroundings."""
    known = defined()
    return [
        text[max(0, match.start() - 60) : match.end() + 60]
        for match in REFERENCE.finditer(text)
        if match.group() in known
    ]


def docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Strings that stand alone: docstrings of modules, classes, functions and fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def prose(source: str) -> Iterator[str]:
    """The docstrings and comments of a module: strings that the program uses are none."""
    yield from (str(text.value) for text in docstrings(ast.parse(source)))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def strings(source: str) -> Iterator[tuple[int, str]]:
    """The strings that a module uses, by line: all but its docstrings."""
    tree = ast.parse(source)
    apart = {id(text) for text in docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node.lineno, node.value


def modules(*sources: str) -> Iterator[Path]:
    """All Python of the repository, or of the folders named."""
    for source in sources or SOURCES:
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
