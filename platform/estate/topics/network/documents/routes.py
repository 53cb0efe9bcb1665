"""The route request: who outside the cluster has to find pods by their own addresses (K2).

One next hop would be lost with its node, so each row names every node of the app's pool. A route
stays inside its zone: across zones it would pass by the firewall's rules (X13).
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan

COLUMNS = ("zone", "from", "prefix", "next_hops", "port", "app", "tenant", "owner")


def route_documents(plan: Plan) -> tuple[Document, ...]:
    """One table; empty where nobody outside calls pods."""
    return (Document("network/routes.csv", csv_text(COLUMNS, _rows(plan))),)


def _rows(plan: Plan) -> Iterator[Row]:
    pools = {pool.name: pool for pool in plan.pools}
    for app in plan.apps:
        if not app.running or app.rpc is None or app.rpc.holds_host_port:
            continue  # a consumer with a node's address needs no route to pods
        hops = sorted(node.address for node in pools[app.pool].nodes)
        for consumer in app.rpc.consumers:
            yield {
                "zone": plan.zone,
                "from": str(consumer),
                "prefix": str(plan.network.pods),
                "next_hops": " ".join(str(hop) for hop in hops),
                "port": app.port or "",
                "app": app.name,
                "tenant": app.tenant,
                "owner": app.owner,
            }
