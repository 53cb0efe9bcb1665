"""The house by topic: which module may use which, and that no module has an unknown name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from estate.composition import compose
from estate.declarations.load import load
from estate.derivation import derive
from estate.handover import documents
from estate.table import TOPICS
from tests.estates import REPOSITORY

ESTATE = REPOSITORY / "platform/estate"
FLOORS = ("declare", "plan", "checks", "manifests", "documents", "flows", "transitions")
ABOVE_PLANS = frozenset(FLOORS[2:])
ORDER = tuple(topic.name for topic in TOPICS)
FILES = frozenset((*FLOORS, "component", "topic", "__init__"))
OTHERS = {"node_ports/register_file"}
"""The editor of the register's text: neither a model nor derived."""


def _modules() -> Iterator[tuple[str, str, Path]]:
    """Topic, floor and file of every module of a topic."""
    for path in sorted((ESTATE / "topics").rglob("*.py")):
        topic, *rest = path.relative_to(ESTATE / "topics").with_suffix("").parts
        if rest:
            yield topic, rest[0], path


def _uses(path: Path) -> Iterator[tuple[str, str]]:
    """Topic and floor of every module of a topic that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("estate.topics."):
            parts = f"{node.module}.{node.names[0].name}".split(".")
            yield parts[2], parts[3]


def test_every_topic_stands_in_the_table_and_has_a_folder() -> None:
    """One ordered table lists the topics."""
    folders = {path.name for path in (ESTATE / "topics").iterdir() if path.is_dir()}
    assert set(ORDER) == folders - {"__pycache__"}
    assert len(ORDER) == len(set(ORDER))


def test_every_module_of_a_topic_has_a_known_name() -> None:
    """The same file name means the same kind of thing in every topic."""
    strange = {f"{topic}/{floor}" for topic, floor, _ in _modules() if floor not in FILES}
    assert strange == OTHERS


def test_a_topic_says_what_it_is_for() -> None:
    """The docstring of its package."""
    for topic in ORDER:
        tree = ast.parse((ESTATE / "topics" / topic / "__init__.py").read_text(encoding="utf-8"))
        assert len(ast.get_docstring(tree) or "") > 40, topic


def test_a_plan_uses_the_plans_of_earlier_topics_only() -> None:
    """What is derived flows one way through the table."""
    backwards = {
        (topic, other)
        for topic, floor, path in _modules()
        if floor == "plan"
        for other, on in _uses(path)
        if on == "plan" and ORDER.index(other) > ORDER.index(topic)
    }
    assert backwards == set()


def test_what_people_write_knows_nothing_that_is_derived() -> None:
    """Models stand below every plan, of their own topic and of others."""
    upwards = {
        (topic, other, on)
        for topic, floor, path in _modules()
        if floor == "declare"
        for other, on in _uses(path)
        if on != "declare"
    }
    assert upwards == set()


def test_a_plan_knows_no_object_no_document_and_no_problem() -> None:
    """Values stand below what is made of them."""
    upwards = {
        (topic, other, on)
        for topic, floor, path in _modules()
        if floor == "plan"
        for other, on in _uses(path)
        if on not in ("declare", "plan")
    }
    assert upwards == set()


def test_objects_documents_and_checks_use_their_like_of_earlier_topics_only() -> None:
    """A floor above the plans uses its own floor in the order of the table."""
    backwards = {
        (topic, floor, other)
        for topic, floor, path in _modules()
        if floor in ABOVE_PLANS
        for other, on in _uses(path)
        if on == floor and ORDER.index(other) > ORDER.index(topic)
    }
    assert backwards == set()


def test_the_order_of_checks_changes_nothing(tmp_path: Path) -> None:
    """Checks read what is given and leave it as it is."""
    (tmp_path / "apps").mkdir()
    for name in ("Pulumi.dmz.yaml", "Pulumi.intranet.yaml", "images.yaml"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("10.10.1.5", "10.10.1.6"), encoding="utf-8")
    loaded = load(tmp_path)
    backwards = [replace(topic, checks=topic.checks[::-1]) for topic in reversed(TOPICS)]
    found = derive(loaded).problems
    assert found
    assert derive(loaded, topics=backwards).problems == found


def test_every_group_and_document_comes_from_a_topic() -> None:
    """Without its topics a plan becomes nothing."""
    plan = derive(load(REPOSITORY)).plans["dmz"]
    assert compose(plan, topics=()).groups == ()
    assert documents(plan, topics=()) == ()
