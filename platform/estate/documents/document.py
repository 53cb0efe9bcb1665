"""A document for a team whose devices no API of ours reaches."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

Row = Mapping[str, str | int]


@dataclass(frozen=True)
class Document:
    """A file by its relative path and its whole text, which ends with a newline."""

    name: str
    text: str
    """What it says, as text: what is read, compared and proved."""

    @property
    def data(self) -> bytes:
        """What its file holds; other formats than text say the same in their own way."""
        return self.text.encode()

    def below(self, folder: str) -> Self:
        """The same document in a folder."""
        return replace(self, name=f"{folder}/{self.name}")


def json_text(content: Mapping[str, object]) -> str:
    """JSON in the order in which it was built: the same content, the same bytes."""
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def csv_text(columns: Iterable[str], found: Iterable[Row]) -> str:
    """A table that a spreadsheet shows and never computes."""
    names = list(columns)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(names)
    table.writerows([[_inert(row[name]) for name in names] for row in found])
    return out.getvalue()


def _inert(value: str | int) -> str:
    """Spreadsheets run cells that begin so; an owner's mailbox may begin with ``+`` or ``-``."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
