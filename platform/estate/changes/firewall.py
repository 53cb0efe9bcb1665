"""What a change asks of the firewall team: rows to add and rows to take off (F2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from estate.documents.document import Document, Row, csv_text, json_text
from estate.documents.workbook import workbook
from estate.topics.firewall.documents.request import COLUMNS

REQUEST = "firewall/request.json"


def firewall_change(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Row, ...]:
    """Rows by id, each with ``add`` or ``remove``: those to add come first."""
    old, new = _rows(before), _rows(after)
    added = [_row("add", new[one]) for one in sorted(new.keys() - old.keys())]
    removed = [_row("remove", old[one]) for one in sorted(old.keys() - new.keys())]
    return (*added, *removed)


def change_documents(zone: str, rows: tuple[Row, ...]) -> tuple[Document, ...]:
    """The same rows to read by a program, in a table, and in an office."""
    return (
        Document("firewall/change.csv", csv_text(COLUMNS, rows)),
        Document("firewall/change.json", json_text({"zone": zone, "rows": rows})),
        workbook("firewall/change.xlsx", "change", COLUMNS, rows),
    )


def spoken(row: Row) -> str:
    """A row in words, for a step that a person does."""
    way = f"{row['source_address']} to {row['destination_address']}"
    service = f"{row['protocol']}/{row['port']}" if row["port"] else row["protocol"]
    return f"{row['firewall']}: {way} {service} ({row['id']})"


def _rows(documents: Mapping[str, str]) -> dict[str, Row]:
    text = documents.get(REQUEST)
    found = cast("list[Row]", json.loads(text)["rows"]) if text else []
    return {str(row["id"]): row for row in found}


def _row(action: str, row: Row) -> Row:
    """An earlier revision may not have known every column."""
    return {**{column: row.get(column, "") for column in COLUMNS}, "action": action}
