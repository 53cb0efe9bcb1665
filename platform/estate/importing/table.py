"""Tables as offices save them: CSV or the first sheet of a workbook, with named columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from estate.importing.machine import Unreadable
from estate.reader.problems import did_you_mean


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line below the head."""

    number: int
    """In the file, from 1."""
    cells: Mapping[str, str]
    """By field; a field whose column the table lacks has no cell."""

    def get(self, field: str) -> str:
        """The cell's text; empty where there is none."""
        return self.cells.get(field, "")


@dataclass(frozen=True)
class _Row:
    number: int
    cells: Sequence[str]


def lines_of_csv(
    text: str, fields: Mapping[str, Sequence[str]], columns: Mapping[str, str], need: Sequence[str]
) -> tuple[Line, ...]:
    """``fields``: each with the names that its column may have; ``columns``: the table's own name
    of a field, where it is another; ``need``: fields without which the table says nothing.
    Raises :class:`Unreadable`."""
    head = text.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        rows = [_Row(reader.line_num, row) for row in reader]
    except csv.Error as trouble:
        raise Unreadable(f"line {reader.line_num} is no line of a table: {trouble}") from None
    return _lines(rows, fields, columns, need)


def lines_of_xlsx(
    path: Path, fields: Mapping[str, Sequence[str]], columns: Mapping[str, str], need: Sequence[str]
) -> tuple[Line, ...]:
    """The same of the first sheet of a workbook. Raises :class:`Unreadable`."""
    # It takes a third of a second to import, and few files are workbooks.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        rows = [
            _Row(number, ["" if cell is None else str(cell) for cell in row])
            for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1)
        ]
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as trouble:
        raise Unreadable(f"it is no XLSX workbook: {trouble}") from None
    return _lines(rows, fields, columns, need)


def lines_of(
    path: Path, fields: Mapping[str, Sequence[str]], columns: Mapping[str, str], need: Sequence[str]
) -> tuple[Line, ...]:
    """The same of a file, by its name's end. Raises :class:`Unreadable`."""
    if path.suffix == ".xlsx":
        return lines_of_xlsx(path, fields, columns, need)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        raise Unreadable(f"it cannot be read: {trouble}") from None
    return lines_of_csv(text, fields, columns, need)


def _lines(
    rows: Sequence[_Row],
    fields: Mapping[str, Sequence[str]],
    columns: Mapping[str, str],
    need: Sequence[str],
) -> tuple[Line, ...]:
    table = [_Row(row.number, [cell.strip() for cell in row.cells]) for row in rows]
    table = [row for row in table if any(row.cells) and not row.cells[0].startswith("#")]
    if not table:
        raise Unreadable("the table has no line")
    head, *rest = table
    places: dict[str, int] = {}
    for field, names in fields.items():
        wanted = (columns[field],) if field in columns else names
        there = [name for name in wanted if name in head.cells]
        if there:
            places[field] = head.cells.index(there[0])
        elif field in columns or field in need:
            hint = did_you_mean(wanted[0], head.cells)
            hint = hint or f"The table has: {', '.join(filter(None, head.cells))}"
            raise Unreadable(f"it has no column '{wanted[0]}'. {hint}")
    return tuple(
        Line(
            number=row.number,
            cells={
                field: row.cells[at] if at < len(row.cells) else "" for field, at in places.items()
            },
        )
        for row in rest
    )
