"""A table as an office opens it: XLSX, with the same bytes for the same rows (F2)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from openpyxl import Workbook as Sheets
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from estate.documents.document import Document, Row, csv_text

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP archive can name: no document has a clock."""

_WIDEST = 60


@dataclass(frozen=True)
class Workbook(Document):
    """One sheet. Its text is the same table as CSV, so that it is compared as that."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def data(self) -> bytes:
        """The XLSX file."""
        book = Sheets()
        book.properties.created = datetime(*_EPOCH, tzinfo=UTC).replace(tzinfo=None)
        book.properties.creator = "estate"
        sheet = book.active
        assert sheet is not None
        sheet.title = self.title
        for place, column in enumerate(self.columns, 1):
            sheet.cell(1, place, column).font = Font(bold=True)
            for line, row in enumerate(self.rows, 2):
                value = row[column]
                cell = sheet.cell(line, place, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # shown and never computed, whatever it begins with
            texts = [column, *(str(row[column]) for row in self.rows)]
            width = min(_WIDEST, max(map(len, texts)) + 2)
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
        out = io.BytesIO()
        book.save(out)
        return _timeless(out.getvalue())


def workbook(name: str, title: str, columns: Iterable[str], rows: Iterable[Row]) -> Workbook:
    """A table as a file called ``name``, in a sheet called ``title``."""
    names, found = tuple(columns), tuple(rows)
    return Workbook(name, csv_text(names, found), title, names, found)


def _timeless(data: bytes) -> bytes:
    """The archive without the moment at which it was made."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in sorted(made.namelist()):
            content = made.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content
                )
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, content)
    return out.getvalue()
