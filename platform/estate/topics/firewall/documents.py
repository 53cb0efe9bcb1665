"""The firewall request: one rule per source, destination and firewall in between (F1, F2, E14).

Rules name nodes, load balancers and relays by address, and clients alone by range. What the request
lists is all that is asked for: a row that is gone from it may be taken off the firewall. What
crosses no declared firewall is not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Network
from itertools import groupby

from estate.documents.document import Document, Row, csv_text, json_text
from estate.documents.workbook import workbook
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.nodes.plan import NodesPlan

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
    "ticket",
    "expires",
    "purpose",
    "reason",
)

OUTGOING_COLUMNS = (
    *("component", "sources", "server", "address"),
    *("protocol", "port", "purpose", "rows"),
)
NO_ROW = "none: no declared firewall in between"


def firewall_documents(plan: Plan) -> tuple[Document, ...]:
    """The same rows three times: to read by a program, in a table, and in an office."""
    found = rows(plan)
    content = {"zone": plan.zone, "cluster": plan.of(ControlPlanePlan).cluster.name, "rows": found}
    return (
        Document("firewall/request.csv", csv_text(COLUMNS, found)),
        Document("firewall/request.json", json_text(content)),
        workbook("firewall/request.xlsx", "request", COLUMNS, found),
        Document("firewall/outgoing.csv", csv_text(OUTGOING_COLUMNS, _outgoing(plan))),
    )


EVERY_MACHINE = "every node and master"
"""So that a node more changes no row."""


def _outgoing(plan: Plan) -> Iterator[Row]:
    """Every connection of the platform's own machines to a server outside of the cluster."""
    firewall = plan.of(FirewallPlan)
    before = " ".join(one.name for one in firewall.firewalls if one.before == "servers")
    nodes = sum(len(pool.nodes) for pool in plan.of(NodesPlan).pools)
    machines = nodes + len(plan.of(ControlPlanePlan).machines)
    for need in firewall.needs:
        yield {
            "component": "kubelet and containerd" if need.purpose != "names" else "CoreDNS",
            "sources": EVERY_MACHINE,
            "server": need.name,
            "address": str(need.address),
            "protocol": need.protocol.lower(),
            "port": need.port,
            "purpose": need.purpose,
            "rows": before or NO_ROW,
        }
    for one in firewall.outgoing:
        yield {
            "component": one.component,
            "sources": EVERY_MACHINE
            if len(one.sources) == machines
            else " ".join(name for name, _ in one.sources),
            "server": one.server,
            "address": str(one.address),
            "protocol": one.protocol.lower(),
            "port": one.port,
            "purpose": one.purpose,
            "rows": " ".join(one.firewalls) or NO_ROW,
        }


def rows(plan: Plan) -> list[Row]:
    """The rules, each once: when several apps of a pool need it, the row names them all."""
    ordered = sorted(plan.of(FirewallPlan).rows, key=lambda row: (_order(row), row.tenant, row.app))
    return [_row(list(same)) for _, same in groupby(ordered, key=_order)]


def _order(row: FirewallRow) -> tuple[object, ...]:
    source = IPv4Network(row.source_address)
    return row.firewall, source, row.destination_address, row.protocol, row.port


def rule_id(row: FirewallRow) -> str:
    """What the rule is, in words: it stays the same for as long as the rule does."""
    source, destination = row.source_address, row.destination_address
    return f"{row.firewall}_{source}_{destination}_{row.protocol.lower()}_{row.port}"


def _row(same: Sequence[FirewallRow]) -> Row:
    first = same[0]
    apps = [row.app for row in same]
    days = [row.expires for row in same]
    until = max(day for day in days if day) if all(days) else None
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
        "protocol": first.protocol.lower(),
        "port": first.port,
        "tenant": _each(row.tenant for row in same),
        "app": _each(apps),
        "namespace": _each(row.namespace for row in same),
        "owner": _each(row.owner for row in same),
        "ticket": _each(row.ticket for row in same),
        "expires": str(until) if until else "",
        "purpose": first.purpose,
        "reason": _why(first, apps),
    }


def _each(values: Iterable[str]) -> str:
    """Every one that there is, once."""
    return " ".join(dict.fromkeys(one for one in values if one))


def _why(row: FirewallRow, apps: Sequence[str]) -> str:
    who = " and ".join(apps)
    match row.purpose:
        case "database":
            return f"{who} on {row.source_node} needs {row.what}"
        case "log files":
            return f"{row.source_node} mounts from {row.what} for {who}"
        case "access logs":
            return f"{row.source_node} sends access logs to {row.what}"
        case "images" | "names" | "sign-in" | "time" | "backups" | "alerts" | "probes":
            return f"{row.source_node} needs {row.what}"
        case _:
            return f"{row.source_node} to {row.what} for {who}"
