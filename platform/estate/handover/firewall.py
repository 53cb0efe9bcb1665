"""The firewall request: one rule per node, database and firewall in between (F1, F2, F3).

Rules name nodes or the zone's egress, never ranges. What the request lists is all that is asked
for: a row that is gone from it may be taken off the firewall. What stays inside a zone crosses none
and is not here.
"""

from __future__ import annotations

from itertools import groupby

from estate.handover.document import Document, Row, csv_text, json_text
from estate.plan.model import FirewallRow, Plan

COLUMNS = (
    "id",
    "action",
    "firewall",
    "source_zone",
    "source_node",
    "source_address",
    "destination_zone",
    "destination_name",
    "destination_address",
    "protocol",
    "port",
    "tenant",
    "app",
    "namespace",
    "owner",
    "reason",
)


def firewall_documents(plan: Plan) -> tuple[Document, ...]:
    """The same rows twice: to read in a table and to read by a program."""
    found = rows(plan)
    content = {"zone": plan.zone, "cluster": plan.cluster.name, "rows": found}
    return (
        Document("firewall/request.csv", csv_text(COLUMNS, found)),
        Document("firewall/request.json", json_text(content)),
    )


def rows(plan: Plan) -> list[Row]:
    """The rules, each once: when several apps of a pool need it, the row names them all."""
    ordered = sorted(plan.firewall_rows, key=lambda row: (_order(row), row.tenant, row.app))
    return [_row(list(same)) for _, same in groupby(ordered, key=_order)]


def _order(row: FirewallRow) -> tuple[object, ...]:
    return row.firewall, row.source_address, row.destination_address, row.port


def rule_id(row: FirewallRow) -> str:
    """What the rule is, in words: it stays the same for as long as the rule does."""
    source, destination = row.source_address, row.destination_address
    return f"{row.firewall}_{source}_{destination}_tcp_{row.port}"


def _row(same: list[FirewallRow]) -> Row:
    first = same[0]
    apps = [row.app for row in same]
    return {
        "id": rule_id(first),
        "action": "allow",
        "firewall": first.firewall,
        "source_zone": first.source_zone,
        "source_node": first.source_node,
        "source_address": str(first.source_address),
        "destination_zone": first.destination_zone,
        "destination_name": first.destination_name,
        "destination_address": str(first.destination_address),
        "protocol": "tcp",
        "port": first.port,
        "tenant": " ".join(row.tenant for row in same),
        "app": " ".join(apps),
        "namespace": " ".join(row.namespace for row in same),
        "owner": " ".join(row.owner for row in same),
        "reason": _reason(first, " and ".join(apps)),
    }


def _reason(row: FirewallRow, apps: str) -> str:
    if row.via == "direct":
        return f"F2: {apps} on {row.source_node} needs database {row.destination_name}"
    return f"F3: {apps} needs database {row.destination_name}, by the zone's egress"
