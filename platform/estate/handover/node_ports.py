"""The register of node ports, as the teams of nodes and firewalls read it (E1, E2)."""

from __future__ import annotations

from estate.handover.document import Document, csv_text
from estate.plan.model import Plan

COLUMNS = ("zone", "port", "protocol", "owner", "namespace", "state")


def node_port_documents(plan: Plan) -> tuple[Document, ...]:
    """Every port of the zone that somebody holds: nothing else on a node may listen there."""
    rows = (
        {
            "zone": plan.zone,
            "port": one.port,
            "protocol": one.protocol,
            "owner": one.owner,
            "namespace": one.namespace or "",
            "state": one.state,
        }
        for one in plan.node_ports
    )
    return (Document("node-ports/register.csv", csv_text(COLUMNS, rows)),)
