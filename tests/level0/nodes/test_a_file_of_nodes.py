"""Nodes in a file of their own, as teams keep inventories (A9)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

STACK = "Pulumi.dmz.yaml"
COLUMNS = ("name", "address", "rack", "size", "pool")
Rows = list[dict[str, str]]


def taken_out(estate: Estate) -> Rows:
    """The rows of the stack file, which has them last and no longer."""
    text = (estate.root / STACK).read_text(encoding="utf-8")
    before, rows = text.split("  estate:nodes:\n")
    lines = [line for line in rows.splitlines(keepends=True) if line.startswith("    - ")]
    estate.add(STACK, before + rows.removeprefix("".join(lines)))
    return yaml.safe_load("".join(lines))


def table(rows: Rows, separator: str = ",") -> str:
    lines = [COLUMNS, *([row[column] for column in COLUMNS] for row in rows)]
    return "".join(f"{separator.join(line)}\n" for line in lines)


def spreadsheet(rows: Rows) -> str:
    """As one is saved where commas separate decimals: mark, semicolons, quotes, an empty line."""
    head, *lines = table(rows, ";").splitlines(keepends=True)
    return "\ufeff" + head + "\n" + "".join(f'"{line[:7]}"{line[7:]}' for line in lines)


FORMS: dict[str, tuple[str, Callable[[Rows], str]]] = {
    "csv": ("nodes/dmz.csv", table),
    "csv of a spreadsheet": ("nodes/dmz.csv", spreadsheet),
    "yaml": ("nodes/dmz.yaml", lambda rows: yaml.safe_dump(rows)),
}


@pytest.mark.parametrize("form", FORMS)
def test_it_gives_the_same_plan_as_the_stack_file(tmp_path: Path, form: str) -> None:
    """A9: node by node, in their order."""
    estate = shipped(tmp_path)
    before = estate.plans()["dmz"]
    name, written = FORMS[form]
    rows = taken_out(estate)
    (estate.root / "nodes").mkdir()
    estate.add(name, written(rows))
    assert estate.problems() == ()
    assert estate.plans()["dmz"] == before


def test_what_is_wrong_in_it_is_named_with_its_cell(tmp_path: Path) -> None:
    """A9, A10: by the rules of form, and by those that see the whole estate."""
    estate = shipped(tmp_path)
    rows = taken_out(estate)
    rows[1]["address"] = "10.10.1.999"
    (estate.root / "nodes").mkdir()
    estate.add("nodes/dmz.csv", table(rows))
    (problem,) = estate.problems()
    assert (str(problem.source), problem.key_path) == (
        "nodes/dmz.csv:3:9",
        "estate:nodes[1].address",
    )
    rows[1]["address"] = rows[0]["address"]
    estate.add("nodes/dmz.csv", table(rows))
    assert "nodes/dmz.csv:3:9" in {str(one.source) for one in estate.problems()}


def test_an_empty_cell_is_a_missing_key(tmp_path: Path) -> None:
    """A9: no default is guessed."""
    estate = shipped(tmp_path)
    rows = taken_out(estate)
    rows[0]["rack"] = ""
    (estate.root / "nodes").mkdir()
    estate.add("nodes/dmz.csv", table(rows))
    (problem,) = estate.problems()
    assert (problem.code, problem.source.file, problem.source.line) == (
        "missing-key",
        "nodes/dmz.csv",
        2,
    )


def test_a_table_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    """N1: the stack file is not blamed for nodes that stand elsewhere."""
    estate = shipped(tmp_path)
    taken_out(estate)
    (estate.root / "nodes").mkdir()
    estate.add("nodes/dmz.csv", "host,address,rack,size,pool\n")
    assert {problem.source.file for problem in estate.load().problems} == {"nodes/dmz.csv"}


def test_two_files_of_one_zone_are_refused(tmp_path: Path) -> None:
    """A9: neither wins in silence."""
    estate = shipped(tmp_path)
    rows = taken_out(estate)
    (estate.root / "nodes").mkdir()
    estate.add("nodes/dmz.csv", table(rows)).add("nodes/dmz.yaml", yaml.safe_dump(rows))
    assert [problem.code for problem in estate.load().problems] == ["nodes-twice"]
