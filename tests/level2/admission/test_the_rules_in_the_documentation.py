"""docs/admission.md: the table of rules is the one that is applied."""

from __future__ import annotations

from collections.abc import Iterator

from estate.topics.admission.declare.rules import RULES
from tests.estates import REPOSITORY


def lines() -> Iterator[str]:
    """A line per rule: what holds, and the way out."""
    yield "| rule | what holds | the way out |"
    yield "|---|---|---|"
    for name, rule in RULES.items():
        yield f"| {name} | {_sentence(rule.says)} | {_sentence(rule.way_out)} |"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def test_the_table_in_the_documentation_is_the_one_that_is_applied() -> None:
    """B3: each rule, and no other."""
    text = (REPOSITORY / "docs/admission.md").read_text(encoding="utf-8")
    table = text[text.index("| rule |") :].partition("\n\n")[0]
    assert table.splitlines() == list(lines())
