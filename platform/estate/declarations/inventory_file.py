"""A zone's nodes in a file of their own, where the stack file would be long (A9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from estate.reader.csv_reader import read_csv
from estate.reader.problems import Positions, Problem, did_you_mean, printable
from estate.reader.stacks import StackName
from estate.reader.yaml_reader import Read, Value, read_file
from estate.topics.nodes.declare import Node

KEY = "estate:nodes"
FOLDER = "nodes"
_COLUMNS = tuple(Node.model_fields)


def inventory(root: Path, stack: StackName) -> Read | None:
    """The rows of ``nodes/<stack>.csv`` or ``nodes/<stack>.yaml``; None where there is neither."""
    table, text = (root / FOLDER / f"{stack}.{suffix}" for suffix in ("csv", "yaml"))
    if table.exists():
        name = f"{FOLDER}/{table.name}"
        read = read_csv(table, name, _COLUMNS)
        if text.exists():
            read.refuse(
                "nodes-twice",
                f"the nodes of {stack} stand in {FOLDER}/{text.name} too",
                "one file of nodes for each stack",
            )
        return read
    return read_file(text, f"{FOLDER}/{text.name}") if text.exists() else None


def strays(root: Path, stacks: Iterable[StackName]) -> Iterator[Problem]:
    """A problem for each file of nodes that no stack has."""
    own = {f"{stack}.{suffix}" for stack in stacks for suffix in ("csv", "yaml")}
    folder = root / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in own and not path.name.startswith("."):
            read = Read(f"{FOLDER}/{printable(path.name)}")
            read.refuse(
                "unknown-inventory",
                "no stack has this file of nodes, so nothing of it is read",
                ", ".join(sorted(own)),
                did_you_mean(path.name, own) or "Move it elsewhere",
            )
            yield from read.problems


def with_inventory(
    facts: dict[str, Value], read: Read, rows: Read | None, stack: StackName
) -> tuple[dict[str, Value], Positions]:
    """The facts of a stack with its nodes, and where each stands.

    ``facts`` and ``read`` are of the stack file, ``rows`` of the file of nodes. The facts that the
    engine's configuration holds stay those of the stack file.
    """
    if rows is None or rows.value is None:
        return facts, read.positions
    if KEY in facts:
        rows.refuse(
            "nodes-twice",
            f"the nodes of {stack} stand in the stack file too",
            f"{KEY} in {stack.file}, or {rows.file}",
        )
        return facts, read.positions
    parts = {("config", KEY): rows.positions}
    return {**facts, KEY: rows.value}, replace(read.positions, parts=parts)
