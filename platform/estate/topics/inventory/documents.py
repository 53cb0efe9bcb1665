"""The CMDB export: what stands where, and who answers for it (A5, A9).

Amounts are whole millicores and bytes and every fact is the plan's own, so that a program that
reads the tables has the plan's inventory again, exactly. Lists in a cell are joined by spaces.
A namespace whose quota counts pods only has no amounts of CPU and memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import Amount
from estate.topics.tenancy.plan import TenancyPlan

NODES = (
    "node",
    "zone",
    "cluster",
    "address",
    "rack",
    "pool",
    "size",
    "cpu_millicores",
    "memory_bytes",
    "pods",
    "reserved_cpu_millicores",
    "reserved_memory_bytes",
    "allocatable_cpu_millicores",
    "allocatable_memory_bytes",
    "daemon_sets_cpu_millicores",
    "daemon_sets_memory_bytes",
    "daemon_sets_pods",
)
POOLS = ("pool", "zone", "cluster", "tenant", "app", "role", "taints")
NAMESPACES = (
    "namespace",
    "zone",
    "cluster",
    "tenant",
    "pool",
    "owner",
    "contact",
    "business_unit",
    "cost_centre",
    "quota_cpu_millicores",
    "quota_memory_bytes",
    "quota_pods",
)
APPS = (
    "app",
    "zone",
    "cluster",
    "tenant",
    "namespace",
    "pool",
    "kind",
    "owner",
    "state",
    "image",
    "replicas",
    "cpu_millicores",
    "memory_bytes",
    "port",
    "node_port",
    "vip_address",
    "vip_port",
    "databases",
    "connects_to",
    "connects_to_other_zone",
    "log_filer",
    "log_directory",
    "log_bytes",
)


def cmdb_documents(plan: Plan) -> tuple[Document, ...]:
    """A table each of nodes, pools, namespaces and apps; names join them."""
    return (
        Document("cmdb/nodes.csv", csv_text(NODES, _nodes(plan))),
        Document("cmdb/pools.csv", csv_text(POOLS, _pools(plan))),
        Document("cmdb/namespaces.csv", csv_text(NAMESPACES, _namespaces(plan))),
        Document(
            "cmdb/apps.csv", csv_text(APPS, (_app(plan, app) for app in plan.of(AppsPlan).apps))
        ),
    )


def _place(plan: Plan) -> Row:
    return {"zone": plan.zone, "cluster": plan.of(ControlPlanePlan).cluster.name}


def _amount(amount: Amount, prefix: str = "") -> Row:
    return {f"{prefix}cpu_millicores": amount.cpu, f"{prefix}memory_bytes": amount.memory}


def _nodes(plan: Plan) -> Iterator[Row]:
    placed = [(node, pool.name) for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    for node, pool in sorted(placed, key=lambda pair: pair[0].name):
        yield {
            **_place(plan),
            "node": node.name,
            "address": str(node.address),
            "rack": node.rack,
            "pool": pool,
            "size": node.size,
            **_amount(node.capacity),
            "pods": node.capacity.pods,
            **_amount(node.reserved, "reserved_"),
            **_amount(node.allocatable, "allocatable_"),
            **_amount(node.daemon_sets, "daemon_sets_"),
            "daemon_sets_pods": node.daemon_sets.pods,
        }


def _pools(plan: Plan) -> Iterator[Row]:
    """Not how many nodes each has: a node that joins changes the table of nodes alone."""
    for pool in plan.of(NodesPlan).pools:
        yield {
            **_place(plan),
            "pool": pool.name,
            "tenant": pool.tenant or "",
            "app": pool.app or "",
            "role": pool.role or "",
            "taints": " ".join(
                f"{taint.key}={taint.value}:{taint.effect}" for taint in pool.taints
            ),
        }


def _namespaces(plan: Plan) -> Iterator[Row]:
    found = [
        namespace for tenant in plan.of(TenancyPlan).tenants for namespace in tenant.namespaces
    ]
    for namespace in sorted(found, key=lambda namespace: namespace.name):
        yield {
            **_place(plan),
            "namespace": namespace.name,
            "tenant": namespace.tenant,
            "pool": namespace.pool,
            "owner": namespace.ownership.owner,
            "contact": namespace.ownership.contact,
            "business_unit": namespace.ownership.business_unit,
            "cost_centre": namespace.ownership.cost_centre,
            "quota_cpu_millicores": "" if namespace.alone else namespace.quota.cpu,
            "quota_memory_bytes": "" if namespace.alone else namespace.quota.memory,
            "quota_pods": namespace.quota.pods,
        }


def _app(plan: Plan, app: AppPlan) -> Row:
    server, logs = app.exposure.virtual_server if app.exposure else None, app.logs
    return {
        **_place(plan),
        "app": app.name,
        "tenant": app.tenant,
        "namespace": app.namespace,
        "pool": app.pool,
        "kind": app.kind,
        "owner": app.owner,
        "state": "active" if app.running else "retired",
        "image": app.image,
        "replicas": app.replicas,
        **_amount(app.size),
        "port": app.port or "",
        "node_port": server.member_port if server else "",
        "vip_address": str(server.address) if server else "",
        "vip_port": server.port if server else "",
        "databases": " ".join(database.name for database in app.databases),
        "connects_to": " ".join(peer.callee for peer in app.connects_to),
        "connects_to_other_zone": " ".join(other.app for other in app.other_zone),
        "log_filer": logs.filer if logs else "",
        "log_directory": logs.directory if logs else "",
        "log_bytes": logs.size if logs else "",
    }
