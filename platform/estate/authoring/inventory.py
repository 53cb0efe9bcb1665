"""Nodes more in the file that has a zone's nodes: the stack file, a YAML file or a table."""

from __future__ import annotations

from collections.abc import Sequence

from estate.authoring.insertion import with_item
from estate.authoring.present import Files, Present, by_hand
from estate.reader.values import Zone
from estate.topics.nodes.declare import Node

_MARK = "\ufeff"
"""Of a table as spreadsheets save it."""


def with_nodes(
    present: Present, zone: Zone, new: Sequence[Node], behind: int, stack: str | None = None
) -> Files:
    """The files with the nodes behind that of the index ``behind``.

    ``stack`` is the text of the stack file, where it has changed already.
    """
    place = present.loaded.stacks[zone].place(("nodes", behind))
    own = present.file(zone)
    changed = {own: stack} if stack is not None else {}
    text = changed.get(place.file) or present.text(place.file)
    if place.file.endswith(".csv"):
        lines = text.splitlines()
        lines[place.line : place.line] = [_row(lines, node) for node in new]
        return {**changed, place.file: "\n".join(lines) + "\n"}
    path = ("config", "estate:nodes") if place.file == own else ()
    for index, node in enumerate(new, behind):
        with by_hand(place.file, "nodes", _line(node)):
            text = with_item(text, path, _line(node), behind=index)
    return {**changed, place.file: text}


def _row(lines: Sequence[str], one: Node) -> str:
    """The line of a table: the columns in the order of its first line."""
    head = next(line for line in lines if line.strip() and not line.startswith("#"))
    separator = ";" if ";" in head else ","
    columns = [cell.strip().strip('"') for cell in head.removeprefix(_MARK).split(separator)]
    return separator.join(str(getattr(one, column)) for column in columns)


def _line(one: Node) -> str:
    return (
        f"{{name: {one.name}, address: {one.address}, rack: {one.rack}, "
        f"size: {one.size}, pool: {one.pool}}}"
    )
