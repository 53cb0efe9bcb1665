"""`estate diff` and `estate change`: what a change of declarations means for other teams."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.text import Text

from estate.changes.as3 import As3Delta, as3_deltas, change_declaration
from estate.changes.change_set import ChangeSet, as_json, change_set
from estate.changes.firewall import change_documents, firewall_change, spoken
from estate.changes.rendered import Rendered, of_files
from estate.changes.sheet import as_markdown
from estate.changes.texts import TextDelta, text_deltas
from estate.cli.baseline import baseline
from estate.cli.render import prepare, rendered_texts
from estate.composition import compose
from estate.documents.document import Document, json_text
from estate.whole import Whole

F5 = "f5/as3.json"


@dataclass(frozen=True)
class Compared:
    """All stacks, as they were and as they are declared now."""

    against: str
    before: Mapping[str, Rendered]
    after: Mapping[str, Rendered]

    @property
    def change(self) -> ChangeSet:
        """What the teams do, in order."""
        return change_set(self.against, self.before, self.after)


def compared(root: Path, against: str, estate: Whole) -> Compared:
    """Reads the baseline; stops with a message where there is none."""
    try:
        before = baseline(against, root, estate.environments.stacks)
    except ValueError as error:
        _stop(str(error))
    after = {
        str(stack): of_files(
            rendered_texts(compose(estate.derived[stack.environment].plans[stack.zone]))
        )
        for stack in estate.environments.stacks
    }
    return Compared(against, before, after)


def print_diff(found: Compared, console: Console) -> None:
    """Each document that differs, and what that means on the F5 and on firewalls."""
    nothing = True
    for zone in found.after:
        before, after = found.before[zone].documents, found.after[zone].documents
        for delta in text_deltas(before, after):
            nothing = False
            console.print(
                Text(f"{zone}/{delta.document}: +{delta.came} -{delta.went} lines", "bold")
            )
            for line in _semantic(delta, before, after):
                console.print(Text(f"    {line}"), soft_wrap=True)
    if nothing:
        console.print("No document differs.")


def _semantic(delta: TextDelta, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    if delta.document == F5:
        return [
            line
            for as3_delta in as3_deltas(before.get(F5, ""), after.get(F5, ""))
            for line in _as3_lines(as3_delta)
        ]
    if delta.document == "firewall/request.json":
        return [f"{row['action']} {spoken(row)}" for row in firewall_change(before, after)]
    return []


def _as3_lines(one: As3Delta) -> list[str]:
    return [f"{one.action} {one.path}", *(f"    {text}" for text in one.details)]


def write_change(found: Compared, out: Path) -> list[str]:
    """The diff of every document, and what the teams of firewalls and load balancers are sent.

    Raises OSError where ``out`` cannot be written, ValueError where it holds something else.
    """
    documents = [
        Document("change.json", as_json(found.change)),
        Document("change.md", as_markdown(found.change)),
    ]
    for zone in found.after:
        documents += _of_stack(zone, found.before[zone].documents, found.after[zone].documents)
    prepare(out)
    for document in documents:
        path = out / document.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.data)
    return sorted(document.name for document in documents)


def _of_stack(zone: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[Document]:
    found = [
        Document(f"{zone}/{delta.document}.diff", delta.diff)
        for delta in text_deltas(before, after)
    ]
    if rows := firewall_change(before, after):
        for change_document in change_documents(zone, rows):
            found.append(change_document.below(zone))
    if declaration := change_declaration(before.get(F5, ""), after.get(F5, "")):
        found.append(Document(f"{zone}/f5/as3-change.json", json_text(declaration)))
    return found


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
