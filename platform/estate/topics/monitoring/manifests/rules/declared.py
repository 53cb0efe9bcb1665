"""What is declared, as series: so that Prometheus itself sees where the cluster differs (A9).

Constant series, one for each fact. They come from the plan from which everything else comes. Of
apps there are none: a change of an app is no change of monitoring.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from estate.topics.logging.manifests.pipeline import file_name
from estate.topics.monitoring.manifests.rules.rule import Record, RuleGroup
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_ROLES


def declared(plan: MonitoringPlan) -> RuleGroup:
    """Every fact that an invariant is held against."""
    return RuleGroup(
        name="estate-declared",
        rules=(
            *_nodes(plan),
            *_namespaces(plan),
            *_node_ports(plan),
            *_exceptions(plan),
            *([_fact("log_file", 1, name=file_name(plan.logging))] if plan.logging else []),
            *(
                _fact("moving_address", 1, address=str(address), among=holders)
                for address, holders in sorted(plan.moving_addresses.items())
            ),
        ),
    )


def _fact(name: str, value: float, /, **labels: str) -> Record:
    found = {label: text for label, text in sorted(labels.items()) if text}
    return Record(name=f"estate_declared_{name}", expr=f"vector({value:.15g})", labels=found)


def _nodes(plan: MonitoringPlan) -> Iterator[Record]:
    for pool in plan.pools:
        role = pool.role or ""
        if pool.nodes:
            yield _fact("pool_nodes", len(pool.nodes), pool=pool.name, role=role)
        for node in pool.nodes:
            yield _fact("node", 1, node=node.name, pool=pool.name, role=role, rack=node.rack)
            for resource, amount in (
                ("cpu", node.allocatable.cpu / 1000),
                ("memory", float(node.allocatable.memory)),
            ):
                yield _fact("node_allocatable", amount, node=node.name, resource=resource)


def _namespaces(plan: MonitoringPlan) -> Iterator[Record]:
    """A namespace with one app alone has exactly the quota that the app needs."""
    own = {f"{app.tenant}-{app.name}" for app in plan.apps}
    for namespace in plan.namespaces:
        quota = "own" if namespace.name in own else "shared"
        yield _fact(
            "namespace",
            1,
            namespace=namespace.name,
            pool=namespace.pool,
            tenant=namespace.tenant,
            quota=quota,
        )
    of_role = {pool.role: pool.name for pool in reversed(plan.pools) if pool.role}
    for name, role in PLATFORM_ROLES.items():
        if role in of_role:
            yield _fact("namespace", 1, namespace=name, pool=of_role[role])


def _node_ports(plan: MonitoringPlan) -> Iterator[Record]:
    """Those that the register has in use: of apps, and of the platform's own."""
    for node_port in plan.node_ports:
        if node_port.state == "in use":
            yield _fact(
                "node_port",
                1,
                namespace=node_port.namespace or "",
                service=node_port.service or "",
                node_port=str(node_port.port),
            )


def _exceptions(plan: MonitoringPlan) -> Iterator[Record]:
    """Until the end of the last day that it holds."""
    for exception in plan.exceptions:
        end = datetime(
            exception.expires.year, exception.expires.month, exception.expires.day, tzinfo=UTC
        )
        end += timedelta(days=1)
        yield _fact(
            "exception_ends_seconds",
            end.timestamp(),
            namespace=exception.namespace,
            rule=exception.rule,
        )
