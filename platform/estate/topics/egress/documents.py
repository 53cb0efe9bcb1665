"""Who connects to each database, and from where its server sees it come (F1, F3, F4, X1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan

COLUMNS = (
    "database",
    "app",
    "seen_as",
    "address",
    "port",
    "zone",
    "tenant",
    "owner",
    "via",
    "connects_to",
)


def database_documents(plan: Plan) -> tuple[Document, ...]:
    """One table for those who look after databases: a row for each app and source address."""
    rows = sorted(_rows(plan), key=lambda row: (str(row["database"]), str(row["app"])))
    return (Document("databases/access.csv", csv_text(COLUMNS, rows)),)


def _rows(plan: Plan) -> Iterator[Row]:
    for app in plan.of(AppsPlan).apps:
        for database in app.databases if app.running else ():
            for source in database.seen_as:
                yield {
                    "database": database.name,
                    "app": app.name,
                    "seen_as": str(source),
                    "address": str(database.address),
                    "port": database.port,
                    "zone": plan.zone,
                    "tenant": app.tenant,
                    "owner": app.owner,
                    "via": database.via,
                    "connects_to": f"{database.host}:{database.port}",
                }
