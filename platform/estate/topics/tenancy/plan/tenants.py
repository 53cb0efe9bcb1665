"""Tenants: which namespaces each gets in a zone, and how much may run there (C1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from estate.declarations.catalogue import Catalogue, declared_namespaces, namespace_of
from estate.declarations.stack import Stack
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.plan.peak import peak
from estate.topics.delivery.plan.deployers import pipeline_of
from estate.topics.delivery.plan.services import delivery_names
from estate.topics.egress.plan.destinations import server_names
from estate.topics.exposure.plan.metallb import balanced_by_metallb
from estate.topics.exposure.plan.virtual_servers import answers_over_tcp
from estate.topics.identity.plan.access import tenant_bindings
from estate.topics.mesh.plan import mesh_of
from estate.topics.nodes.plan.model import Amount
from estate.topics.nodes.plan.pod_security import loosened
from estate.topics.tenancy.declare.tenants import Namespace, Tenant
from estate.topics.tenancy.plan.model import NamespacePlan, Ownership, ReceiverPlan, TenantPlan

T = TypeVar("T")


def plan_tenants(catalogue: Catalogue, zone: Zone) -> tuple[TenantPlan, ...]:
    """Each tenant with its namespaces in the zone, by name."""
    own: dict[str, list[App]] = {}
    for declared in catalogue.apps:
        if declared.value.zone == zone and declared.value.pool:
            own.setdefault(declared.value.tenant, []).append(declared.value)
    found: list[TenantPlan] = []
    for name, declared in sorted(catalogue.tenants.items()):
        namespaces = [
            *_dedicated(catalogue, declared.value, own.get(name, [])),
            *_shared(catalogue, declared.value, zone),
        ]
        if namespaces:
            namespaces.sort(key=lambda namespace: namespace.name)
            found.append(
                TenantPlan(
                    name=name,
                    zone=zone,
                    namespaces=tuple(namespaces),
                    alerts=_receiver(declared.value),
                )
            )
    return tuple(found)


def _receiver(tenant: Tenant) -> ReceiverPlan:
    return ReceiverPlan(
        email=tenant.alerts.email or tenant.owner,
        webhook=tenant.alerts.webhook if tenant.state == "active" else None,
    )


def _dedicated(catalogue: Catalogue, tenant: Tenant, apps: list[App]) -> Iterator[NamespacePlan]:
    """A namespace for each app that has a pool of its own."""
    for app in apps:
        if app.pool:
            yield _namespace(
                catalogue,
                tenant,
                app.zone,
                namespace_of(app),
                pool=app.pool,
                owner=app.owner,
                quota=_own_quota(catalogue, app),
                alone=True,
                apps=[app],
                leaving=app.state == "retired",
            )


def _shared(catalogue: Catalogue, tenant: Tenant, zone: Zone) -> Iterator[NamespacePlan]:
    """The namespaces that the tenant declares, which its other apps share."""
    if zone not in tenant.zones:
        return
    for name, _, declared in declared_namespaces(tenant.tenant, tenant.zones[zone]):
        yield _namespace(
            catalogue,
            tenant,
            zone,
            name,
            pool=declared.pool,
            owner=tenant.owner,
            quota=quota_of(catalogue, zone, declared),
            alone=False,
            apps=catalogue.sharing(zone, name),
            leaving=False,
        )


def _namespace(
    catalogue: Catalogue,
    tenant: Tenant,
    zone: Zone,
    name: str,
    *,
    pool: str,
    owner: str,
    quota: Amount,
    alone: bool,
    apps: Sequence[App],
    leaving: bool,
) -> NamespacePlan:
    stack = catalogue.stack(zone)
    kept = not leaving and tenant.state == "active"
    return NamespacePlan(
        name=name,
        tenant=tenant.tenant,
        zone=zone,
        pool=pool,
        ownership=Ownership(
            owner=owner,
            contact=tenant.contact,
            business_unit=tenant.business_unit,
            cost_centre=tenant.cost_centre,
        ),
        quota=quota,
        alone=alone,
        unlimited_cpu=any(app.limits.cpu == "none" for app in apps),
        node_ports=_node_ports(stack, apps),
        load_balancers=len(_exposed(apps)) if balanced_by_metallb(stack) else 0,
        protected=kept and stack.removal == "protected",
        version=stack.cluster.version,
        bindings=tenant_bindings(stack.identity, tenant.groups),
        pipeline=pipeline_of(stack.identity, tenant),
        loosened=loosened(stack.exceptions, name),
        databases=(*server_names(catalogue, apps), *delivery_names(catalogue, apps)),
        mesh=mesh_of(catalogue, zone, name) if kept else None,
    )


def quota_of(catalogue: Catalogue, zone: Zone, declared: Namespace) -> Amount:
    """The amounts behind the namespace's quota, whether declared by name or by number."""
    quota = catalogue.stack(zone).quota_sizes.of(declared.quota)
    return Amount(cpu=quota.cpu, memory=quota.memory, pods=quota.pods)


def _own_quota(catalogue: Catalogue, app: App) -> Amount:
    """Room for the app, for what an update starts before it stops the old (D1), and for as many
    that are still ending: the quota counts these, too.

    Only the number of pods becomes a quota. One of CPU and memory would have to follow the app's
    size; lowered before the old pods are gone, it would refuse the new pods for which they wait.

    Not the pool's capacity: a node that joins the pool changes no namespace, unless its app has
    declared that its replicas follow the load as far as the pool carries them (D3).
    """
    found = peak(app, catalogue.ceilings.get((app.zone, app.app)))
    most = found.pod.times(found.running + found.surge)
    return replace(most, pods=2 * most.pods)


def _node_ports(stack: Stack, apps: Sequence[App]) -> int:
    return sum(answers_over_tcp(stack, app) + (app.udp is not None) for app in _exposed(apps))


def _exposed(apps: Sequence[App]) -> list[TraditionalApp]:
    return [app for app in apps if isinstance(app, TraditionalApp) and app.state == "active"]
