"""Apps and tenants as tables."""

from __future__ import annotations

from collections.abc import Iterator

from estate.cli.listing.amounts import cores, gib
from estate.cli.listing.model import Listing, Row, Stack
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.tenancy.plan import TenancyPlan
from estate.topics.tenancy.plan.model import NamespacePlan


def _apps(stack: Stack) -> Iterator[Row]:
    for app in stack.plan.of(AppsPlan).apps:
        yield {
            "app": app.name,
            "tenant": app.tenant,
            "namespace": app.namespace,
            "kind": app.kind,
            "state": "running" if app.running else "retired",
            "pods": app.replicas,
            "most_pods": app.most_replicas,
            "cpu": cores(app.size),
            "memory_gib": gib(app.size.memory),
            "pool": app.pool,
            "reached_at": tuple(reached_at(app)),
            "owner": app.owner,
        }


def reached_at(app: AppPlan) -> Iterator[str]:
    """The addresses and names that users know it by."""
    for server in app.exposure.virtual_servers if app.exposure else ():
        yield f"{server.address}:{server.port}{'/UDP' if server.protocol == 'UDP' else ''}"
    yield from app.hosts


def _connections(stack: Stack) -> Iterator[Row]:
    for app in stack.plan.of(AppsPlan).apps:
        for peer in app.connects_to:
            yield {
                "app": app.name,
                "tenant": app.tenant,
                "connects_to": peer.callee,
                "zone": app.zone,
                "namespace": peer.callee_namespace,
                "port": peer.port,
            }
        for one in app.other_zone:
            yield {
                "app": app.name,
                "tenant": app.tenant,
                "connects_to": one.app,
                "zone": one.zone,
                "namespace": "",
                "port": one.port,
            }


def _tenants(stack: Stack) -> Iterator[Row]:
    apps = stack.plan.of(AppsPlan).apps
    for tenant in stack.plan.of(TenancyPlan).tenants:
        first = tenant.namespaces[0].ownership
        yield {
            "tenant": tenant.name,
            "namespaces": len(tenant.namespaces),
            "apps": sum(app.tenant == tenant.name for app in apps),
            "owner": first.owner,
            "contact": first.contact,
            "business_unit": first.business_unit,
            "cost_centre": first.cost_centre,
            "alerts_to": tenant.alerts.email,
        }


def _all_namespaces(stack: Stack) -> Iterator[NamespacePlan]:
    for tenant in stack.plan.of(TenancyPlan).tenants:
        yield from tenant.namespaces


def _namespaces(stack: Stack) -> Iterator[Row]:
    for namespace in _all_namespaces(stack):
        quota = namespace.quota
        yield {
            "namespace": namespace.name,
            "tenant": namespace.tenant,
            "pool": namespace.pool,
            "quota_cpu": "as its nodes" if namespace.alone else cores(quota),
            "quota_memory_gib": "as its nodes" if namespace.alone else gib(quota.memory),
            "quota_pods": quota.pods,
            "node_ports": namespace.node_ports,
            "owner": namespace.ownership.owner,
            "cost_centre": namespace.ownership.cost_centre,
        }


def _rights(stack: Stack) -> Iterator[Row]:
    for namespace in _all_namespaces(stack):
        for binding in namespace.bindings:
            yield {
                "namespace": namespace.name,
                "tenant": namespace.tenant,
                "group": binding.group,
                "role": binding.role,
            }


APPS = Listing(
    name="apps",
    what="apps with their pods, pool and addresses",
    columns=(
        *("app", "tenant", "namespace", "kind", "state", "pods", "most_pods", "cpu"),
        *("memory_gib", "pool", "reached_at", "owner"),
    ),
    rows=_apps,
)
CONNECTIONS = Listing(
    name="connections",
    what="apps that may connect to other apps",
    columns=("app", "tenant", "connects_to", "zone", "namespace", "port"),
    rows=_connections,
)
TENANTS = Listing(
    name="tenants",
    what="tenants with their owners",
    columns=(
        *("tenant", "namespaces", "apps", "owner", "contact", "business_unit", "cost_centre"),
        "alerts_to",
    ),
    rows=_tenants,
)
NAMESPACES = Listing(
    name="namespaces",
    what="namespaces with their quotas",
    columns=(
        *("namespace", "tenant", "pool", "quota_cpu", "quota_memory_gib", "quota_pods"),
        *("node_ports", "owner", "cost_centre"),
    ),
    rows=_namespaces,
)
RIGHTS = Listing(
    name="rights",
    what="groups and their roles in namespaces",
    columns=("namespace", "tenant", "group", "role"),
    rows=_rights,
)
