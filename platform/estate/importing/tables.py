"""Machines of a table: CSV as spreadsheets save it, or XLSX, with named columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

from estate.importing.machine import Machine, Unreadable
from estate.reader.problems import did_you_mean

FIELDS = ("name", "address", "rack", "size", "pool")


def machines_of_csv(text: str, columns: Mapping[str, str]) -> tuple[Machine, ...]:
    """``columns``: the table's own name of a field, where it is another. Raises
    :class:`Unreadable`."""
    head = text.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    return _machines([*csv.reader(io.StringIO(text), delimiter=separator)], columns)


def machines_of_xlsx(path: Path, columns: Mapping[str, str]) -> tuple[Machine, ...]:
    """The first sheet of a workbook. Raises :class:`Unreadable`."""
    # It takes a third of a second to import, and few files are workbooks.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True)
        ]
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as trouble:
        raise Unreadable(f"it is no XLSX workbook: {trouble}") from None
    return _machines(rows, columns)


def _machines(rows: Sequence[Sequence[str]], columns: Mapping[str, str]) -> tuple[Machine, ...]:
    table = [[cell.strip() for cell in row] for row in rows]
    table = [row for row in table if any(row) and not row[0].startswith("#")]
    if not table:
        raise Unreadable("the table has no line")
    head, *lines = table
    places: dict[str, int] = {}
    for field in FIELDS:
        wanted = columns.get(field, field)
        if wanted in head:
            places[field] = head.index(wanted)
        elif field in columns or field == "name":
            hint = did_you_mean(wanted, head) or f"The table has: {', '.join(filter(None, head))}"
            raise Unreadable(f"it has no column '{wanted}'. {hint}")
    return tuple(_machine(line, places) for line in lines if _cell(line, places["name"]))


def _machine(line: Sequence[str], places: Mapping[str, int]) -> Machine:
    found = {field: _cell(line, at) for field, at in places.items()}
    return Machine(
        name=found["name"],
        address=found.get("address", ""),
        rack=found.get("rack", ""),
        size=found.get("size", ""),
        pool=found.get("pool", ""),
    )


def _cell(line: Sequence[str], at: int) -> str:
    return line[at] if at < len(line) else ""


def written(rows: Iterable[Sequence[str]]) -> str:
    """A table of nodes, as ``nodes/<stack>.csv`` holds it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([FIELDS, *rows])
    return text.getvalue()
