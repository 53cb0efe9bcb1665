"""Node ports, as the teams of nodes, firewalls and audit read them (E1, E2, E14, X2)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.exposure.plan.balancers import sources_of
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.node_ports.plan import NodePortsPlan
from estate.topics.nodes.plan import NodesPlan

COLUMNS = ("zone", "port", "protocol", "owner", "namespace", "state")
ACCEPTED = (
    "virtual_server",
    "tenant",
    "node_port",
    "protocol",
    "pool",
    "pool_tenant",
    "nodes",
    "reached_from",
    "guarded_by",
    "accepted_by",
    "way_out",
)


def node_port_documents(plan: Plan) -> tuple[Document, ...]:
    """The register, and what follows from a port being open on every node."""
    return (
        Document("node-ports/accepted.csv", csv_text(ACCEPTED, accepted(plan))),
        Document("node-ports/register.csv", csv_text(COLUMNS, register_rows(plan))),
    )


def register_rows(plan: Plan) -> Iterator[Row]:
    """Every port of the zone that somebody holds: nothing else on a node may listen there."""
    for node_port in plan.of(NodePortsPlan).node_ports:
        yield {
            "zone": plan.zone,
            "port": node_port.port,
            "protocol": node_port.protocol,
            "owner": node_port.owner,
            "namespace": node_port.namespace or "",
            "state": node_port.state,
        }


def accepted(plan: Plan) -> Iterator[Row]:
    """Nodes that are members for other tenants' apps: their declaration accepts it (X2)."""
    guards = [
        firewall.name for firewall in plan.of(FirewallPlan).firewalls if firewall.before == "nodes"
    ]
    for server in plan.of(VirtualServersPlan).virtual_servers:
        for pool in plan.of(NodesPlan).pools:
            nodes = [node.name for node in pool.nodes if node.address in server.members]
            if server.running and nodes and pool.tenant not in (None, server.partition):
                yield {
                    "virtual_server": server.name,
                    "tenant": server.partition,
                    "node_port": server.member_port,
                    "protocol": server.protocol,
                    "pool": pool.name,
                    "pool_tenant": pool.tenant or "",
                    "nodes": " ".join(nodes),
                    "reached_from": _reached(plan, server),
                    "guarded_by": " ".join(guards) or "no rule: every host that reaches the nodes",
                    "accepted_by": server.owner,
                    "way_out": "vip.members: pool",
                }


def _reached(plan: Plan, server: VirtualServerPlan) -> str:
    if server.snat == "none":
        return "clients, too"
    found = sources_of(plan.of(ExposurePlan).load_balancer, server.partition, server.snat)
    return " ".join(str(address) for address in found)
