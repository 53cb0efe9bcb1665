"""The exception register, as auditors read it: what is open where, why, and until when (B3)."""

from __future__ import annotations

from estate.documents.document import Document, csv_text
from estate.plan import Plan
from estate.topics.admission.plan import ExceptionsPlan

COLUMNS = (
    "rule",
    "namespace",
    "account",
    "opens",
    "zone",
    "owner",
    "approved",
    "expires",
    "reason",
)


def exception_documents(plan: Plan) -> tuple[Document, ...]:
    """What is not in it, every rule holds for."""
    rows = [
        {
            "rule": one.rule,
            "namespace": one.namespace,
            "account": one.account or "",
            "opens": " ".join(one.opens),
            "zone": plan.zone,
            "owner": one.owner,
            "approved": one.approved.isoformat(),
            "expires": one.expires.isoformat(),
            "reason": one.reason,
        }
        for one in plan.of(ExceptionsPlan).exceptions
    ]
    return (Document("access/exceptions.csv", csv_text(COLUMNS, rows)),)
