"""Each rule refuses what breaks it, says where, what is allowed and what was probably meant."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from estate.reader.problems import Problem
from tests.estates import REPOSITORY, Estate, shipped
from tests.level0.reader.files import FILES
from tests.level0.refusals import REFUSALS
from tests.level0.refused import Edit, Refusal

pytestmark = pytest.mark.level0

MARK = "«"
UNREACHABLE = {"invalid"}
"""What a form that we forgot would be called; the fuzz asserts that nothing is."""

NOTICES = {"near-limit"}
"""What refuses nothing (test_limits)."""


def _id(refusal: Refusal) -> str:
    return f"{refusal.code}: {refusal.found[:40]}"


def _apply(estate: Estate, edits: tuple[Edit, ...]) -> str:
    """Make the edits; returns ``file:line:column`` of the mark."""
    marked = ""
    for file, old, new in edits:
        name = file.removeprefix("+")
        if file.startswith("+"):
            estate.add(name, new)
        else:
            estate.edit(name, old, new)
    for path in sorted(estate.root.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        if edits and MARK in text and any(MARK in new for _, _, new in edits):
            before = text[: text.index(MARK)]
            line = before.count("\n") + 1
            column = len(before) - before.rfind("\n")
            name = path.relative_to(estate.root).as_posix()
            marked = f"{name}:{line}:{column}"
            path.write_text(text.replace(MARK, ""), encoding="utf-8")
    return marked


@pytest.mark.parametrize("refusal", REFUSALS, ids=_id)
def test_a_broken_rule_is_reported_with_place_and_remedy(refusal: Refusal, tmp_path: Path) -> None:
    """N1, A10: file:line:column, key path, what is allowed, and a suggestion."""
    estate = shipped(tmp_path)
    place = _apply(estate, refusal.edits)
    problems = estate.problems()
    listed = "\n".join(str(problem) for problem in problems)
    expected = Counter((refusal.code, *refusal.also))
    assert Counter(problem.code for problem in problems) == expected, listed
    found = [one for one in problems if _says(one, refusal)]
    assert len(found) == 1, listed
    assert str(found[0].source) == place, listed
    _reads_well(found[0])


def _says(problem: Problem, refusal: Refusal) -> bool:
    return (
        problem.code == refusal.code
        and problem.key_path == refusal.key_path
        and refusal.found in problem.found
        and refusal.allowed in problem.allowed
        and refusal.hint in problem.hint
        and bool(problem.allowed or problem.hint)
    )


def _reads_well(problem: Problem) -> None:
    """One line, nothing internal: no regular expression, no Python type, no backslash."""
    text = str(problem)
    assert "\n" not in text
    for internal in ("^", "[a-z", "(?:", "Decimal(", "IPv4", "<class", "None", "pydantic", "``"):
        assert internal not in text.replace("IPv4 address", "").replace("IPv4 network", ""), text


@pytest.mark.parametrize("refusal", [r for r in REFUSALS if r.neighbour], ids=_id)
def test_the_nearest_right_declaration_is_accepted(refusal: Refusal, tmp_path: Path) -> None:
    """A10: a rule that also refuses its neighbour is not the rule we meant."""
    estate = shipped(tmp_path)
    for file, old, new in refusal.neighbour:
        if file.startswith("+"):
            estate.add(file.removeprefix("+"), new)
        else:
            estate.edit(file, old, new)
    assert estate.problems() == ()


def test_the_shipped_estate_has_no_problem(tmp_path: Path) -> None:
    """A10: otherwise no neighbour means anything."""
    assert shipped(tmp_path).problems() == ()


def test_no_rule_is_without_an_example() -> None:
    """fault 20: each code of a problem is refused here by a declaration, or by a file."""
    written = set(_codes())
    shown = {refusal.code for refusal in REFUSALS} | {file.code for file in FILES}
    assert written - shown == UNREACHABLE | NOTICES
    assert shown - written == set()


def _codes() -> Iterator[str]:
    for package in ("reader", "declarations", "topics"):
        for path in (REPOSITORY / "platform/estate" / package).rglob("*.py"):
            if {"manifests", "documents"} & {part.removesuffix(".py") for part in path.parts}:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if package == "reader" or not isinstance(node, ast.Yield):
                    yield from _codes_at(node)


def _codes_at(node: ast.AST) -> Iterator[str]:
    """``code=...`` anywhere; the first text given to what makes a problem."""
    if isinstance(node, ast.keyword) and node.arg == "code":
        if not isinstance(node.value, ast.Subscript):  # read from elsewhere
            yield from _texts(ast.walk(node.value))
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name in ("problem", "_problem", "refuse", "refusal", "unknown", "_of_file"):
            yield from list(_texts(node.args[:2]))[:1]
    elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
        yield from _texts(node.value.elts[:1])


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
