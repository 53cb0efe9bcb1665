"""Handover: what the plan asks of load balancer, firewall, node and audit teams, as documents (A9).

Pure functions of the plan. All documents come from the one inventory in it, so that a node that
joins appears in each of them, and equal plans give the same bytes.
"""

from estate.handover.access import access_documents
from estate.handover.as3 import f5_documents
from estate.handover.document import Document
from estate.handover.firewall import firewall_documents
from estate.handover.kubelet import kubelet_documents
from estate.plan import Plan


def documents(plan: Plan) -> tuple[Document, ...]:
    """Every document of one zone, by name."""
    found = [
        *access_documents(plan),
        *f5_documents(plan),
        *firewall_documents(plan),
        *kubelet_documents(plan),
    ]
    return tuple(sorted(found, key=lambda document: document.name))


__all__ = ["Document", "documents"]
