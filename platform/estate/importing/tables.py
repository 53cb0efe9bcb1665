"""Machines of a table: CSV as spreadsheets save it, or XLSX, with named columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from estate.importing.machine import Machine
from estate.importing.table import Line, lines_of_csv, lines_of_xlsx

FIELDS = ("name", "address", "rack", "size", "pool")
_NAMES = {field: (field,) for field in FIELDS}


def machines_of_csv(text: str, columns: Mapping[str, str]) -> tuple[Machine, ...]:
    """``columns``: the table's own name of a field, where it is another. Raises
    :class:`estate.importing.machine.Unreadable`."""
    return _machines(lines_of_csv(text, _NAMES, columns, ("name",)))


def machines_of_xlsx(path: Path, columns: Mapping[str, str]) -> tuple[Machine, ...]:
    """The first sheet of a workbook. Raises :class:`estate.importing.machine.Unreadable`."""
    return _machines(lines_of_xlsx(path, _NAMES, columns, ("name",)))


def _machines(lines: Iterable[Line]) -> tuple[Machine, ...]:
    return tuple(
        Machine(
            name=line.get("name"),
            address=line.get("address"),
            rack=line.get("rack"),
            size=line.get("size"),
            pool=line.get("pool"),
        )
        for line in lines
        if line.get("name")
    )


def written(rows: Iterable[Sequence[str]]) -> str:
    """A table of nodes, as ``nodes/<stack>.csv`` holds it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([FIELDS, *rows])
    return text.getvalue()
