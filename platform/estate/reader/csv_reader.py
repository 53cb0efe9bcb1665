"""Tables of comma separated values (RFC 4180), with the place of each cell.

As spreadsheets save them: a byte order mark, semicolons in place of commas and empty lines are
read. A line that begins with ``#`` is a comment. No cell goes over several lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from estate.reader.problems import did_you_mean, shown
from estate.reader.yaml_builder import Read, Value
from estate.reader.yaml_reader import decoded, raw_bytes

_MARK = b"\xef\xbb\xbf"


def read_csv(path: Path, name: str, columns: tuple[str, ...]) -> Read:
    """A list of rows, each a mapping by column; an empty cell is left out.

    ``columns`` are those that the first line has to name, in any order. Never raises for what a
    user wrote: ``value`` is None where the table as a whole cannot be read.
    """
    read = Read(name)
    raw = raw_bytes(path, read)
    text = decoded(raw.removeprefix(_MARK), read) if raw is not None else ""
    if read.problems:
        return read
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    if not lines:
        read.refuse("empty-table", "the table has no line", f"the columns {', '.join(columns)}")
        return read
    number, head = lines[0]
    separator = ";" if ";" in head else ","
    names = [(cell.strip(), column) for cell, column in _cells(head, separator)]
    for found, column in names:
        if found not in columns:
            hint = did_you_mean(found, columns)
            at = (number, column)
            read.refuse(
                "unknown-column", f"unknown column {shown(found)}", _listed(columns), hint, at
            )
    given = [found for found, _ in names]
    for column in columns:
        if given.count(column) != 1:
            what = "is missing" if column not in given else "stands twice"
            read.refuse(
                "columns", f"the column {shown(column)} {what}", _listed(columns), at=(number, 1)
            )
    rows = () if read.problems else tuple(_rows(lines[1:], separator, given, read))
    if not read.problems:
        read.value = rows
    return read


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(columns)


def _rows(
    lines: Iterable[tuple[int, str]], separator: str, names: list[str], read: Read
) -> Iterator[Value]:
    for index, (number, line) in enumerate(lines):
        cells = [*_cells(line, separator)]
        read.values[(index,)] = (number, 1)
        if len(cells) != len(names):
            found = f"{len(cells)} cells in a table of {len(names)} columns"
            read.refuse("cells", found, _listed(names), at=(number, 1), path=(index,))
        row: dict[str, Value] = {}
        for name, (cell, column) in zip(names, cells, strict=False):
            if cell.strip():
                row[name] = cell.strip()
                read.values[(index, name)] = (number, column)
        yield row


def _cells(line: str, separator: str) -> Iterator[tuple[str, int]]:
    """The cells of a line, each with the column at which it begins, counted from 1."""
    begin = 0
    for raw in _split(line, separator):
        (cell,) = next(csv.reader([raw], delimiter=separator), [""]) or [""]
        yield cell, begin + 1
        begin += len(raw) + 1


def _split(line: str, separator: str) -> Iterator[str]:
    """At separators outside of quotes."""
    quoted, begin = False, 0
    for at, one in enumerate(line):
        if one == '"':
            quoted = not quoted
        elif one == separator and not quoted:
            yield line[begin:at]
            begin = at + 1
    yield line[begin:]
