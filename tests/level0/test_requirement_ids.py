"""Requirement codes: each has a meaning, and no reader outside of the project sees one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from estate.cli.explain import explain, names
from estate.cli.main import main
from estate.composition import compose
from estate.declarations.schema import schemas
from tests.estates import REPOSITORY, shipped
from tests.references import (
    REGISTER,
    cited,
    defined,
    modules,
    pages,
    references,
    seen_codes,
    strings,
)

CELLS = {"A2"}
"""Cells of a spreadsheet, which look like a code."""


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


def test_no_string_of_the_program_holds_a_code() -> None:
    """N1: problems, reports, documents and objects are made of these."""
    found = [
        f"{path.relative_to(REPOSITORY)}:{line}: {text}"
        for path in modules("platform", "__main__.py")
        for line, text in strings(path.read_text(encoding="utf-8"))
        if text not in CELLS and seen_codes(text)
    ]
    assert not found


def test_no_page_for_users_holds_a_code() -> None:
    """N1: decisions and the guide for contributors may cite, for their readers are contributors."""
    ours = {"CONTRIBUTING.md", "CHANGELOG.md"}
    found = {
        str(page.relative_to(REPOSITORY)): seen_codes(page.read_text(encoding="utf-8"))
        for page in pages()
        if page.name not in ours and page.parent.name != "adr"
    }
    assert not {page: codes for page, codes in found.items() if codes}


def test_no_schema_holds_a_code() -> None:
    """N1: editors show these texts beside the key."""
    assert not seen_codes(json.dumps(schemas()))


def _help(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    yield command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None, name
            yield from _help(found, f"{path} {name}")


def test_no_help_holds_a_code() -> None:
    """N1."""
    texts = list(_help(main, "estate"))
    assert len(texts) > 10
    assert not seen_codes("\n".join(texts))


def test_no_explanation_holds_a_code(tmp_path: Path) -> None:
    """N1: of no app, tenant or platform service."""
    for plan in shipped(tmp_path).plans().values():
        composition = compose(plan)
        told = [
            explanation for name in names(composition) for explanation in explain(composition, name)
        ]
        assert told
        assert not seen_codes("\n".join(str(explanation) for explanation in told))
