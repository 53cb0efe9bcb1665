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
            "rule": exception.rule,
            "namespace": exception.namespace,
            "account": exception.account or "",
            "opens": " ".join(exception.opens),
            "zone": plan.zone,
            "owner": exception.owner,
            "approved": exception.approved.isoformat(),
            "expires": exception.expires.isoformat(),
            "reason": exception.reason,
        }
        for exception in plan.of(ExceptionsPlan).exceptions
    ]
    return (Document("access/exceptions.csv", csv_text(COLUMNS, rows)),)
