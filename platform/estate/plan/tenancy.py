"""Tenants: which namespaces each gets in a zone, and how much may run there (C1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from estate.declare import Declared, Problem
from estate.declare.models import App, Namespace, Stack, Tenant, TraditionalApp
from estate.declare.models.values import ZONES, Zone
from estate.declare.problems import KeyPath
from estate.plan.access import tenant_bindings
from estate.plan.amounts import spoken
from estate.plan.catalogue import Catalogue, declared_namespaces, namespace_of
from estate.plan.databases import database_names
from estate.plan.delivery import delivery_names
from estate.plan.deployers import pipeline_of
from estate.plan.exposure import answers_over_tcp
from estate.plan.mesh import mesh_of
from estate.plan.metallb import balanced_by_metallb
from estate.plan.model.pools import Amount
from estate.plan.model.tenants import NamespacePlan, Ownership, ReceiverPlan, TenantPlan
from estate.plan.peak import peak
from estate.plan.pod_security import loosened
from estate.plan.pools import room_of

RESERVED = ("default", "estate", "kube", "openshift", "platform")
"""Namespaces of these names, and those that begin with one and a '-', are not for tenants."""

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
            quota=_quota(catalogue, zone, declared),
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
        node_ports=_node_ports(stack, apps),
        load_balancers=len(_exposed(apps)) if balanced_by_metallb(stack) else 0,
        protected=kept and stack.removal == "protected",
        version=stack.cluster.version,
        bindings=tenant_bindings(stack.identity, tenant.groups),
        pipeline=pipeline_of(stack.identity, tenant),
        loosened=loosened(stack.exceptions, name),
        databases=(*database_names(catalogue, apps), *delivery_names(catalogue, apps)),
        mesh=mesh_of(catalogue, zone, name) if kept else None,
    )


def _quota(catalogue: Catalogue, zone: Zone, declared: Namespace) -> Amount:
    """The amounts behind the namespace's quota, whether declared by name or by number."""
    quota = catalogue.stack(zone).quota_sizes.of(declared.quota)
    return Amount(cpu=quota.cpu, memory=quota.memory, pods=quota.pods)


def _own_quota(catalogue: Catalogue, app: App) -> Amount:
    """Room for the app and for what an update starts before it stops the old (D1).

    Not the pool's capacity: a node that joins the pool changes no namespace, unless its app has
    declared that its replicas follow the load as far as the pool carries them (D3).
    """
    found = peak(app, catalogue.ceilings.get((app.zone, app.app)))
    return found.pod.times(found.running + found.surge)


def _node_ports(stack: Stack, apps: Sequence[App]) -> int:
    return sum(answers_over_tcp(stack, app) + (app.udp is not None) for app in _exposed(apps))


def _exposed(apps: Sequence[App]) -> list[TraditionalApp]:
    return [app for app in apps if isinstance(app, TraditionalApp) and app.state == "active"]


def check_tenants(catalogue: Catalogue) -> list[Problem]:
    """Namespaces are unique, their quotas fit their pools, and their apps fit the quotas."""
    problems = list(_unique(catalogue))
    for tenant in catalogue.tenants.values():
        problems += _reserved(tenant, ("tenant",), tenant.value.tenant)
        for zone, declared in tenant.value.zones.items():
            for name, place, namespace in declared_namespaces(tenant.value.tenant, declared):
                path: KeyPath = ("zones", zone, *place, "quota")
                room = _quota(catalogue, zone, namespace)
                problems += _fits_quota(tenant, path, name, room, catalogue.sharing(zone, name))
            problems += _fits_pools(catalogue, tenant, zone)
    return problems


def _unique(catalogue: Catalogue) -> Iterator[Problem]:
    """No two namespaces of a zone have the same name: joined names could meet."""
    first: dict[tuple[Zone, str], str] = {}
    for tenant in catalogue.tenants.values():
        name = tenant.value.tenant
        for zone in ZONES:
            first[(zone, name)] = f"the tenant '{name}'"
    for tenant in catalogue.tenants.values():
        for zone, declared in tenant.value.zones.items():
            for short in sorted(declared.namespaces):
                what = f"the namespace '{short}' of tenant '{tenant.value.tenant}'"
                path: KeyPath = ("zones", zone, "namespaces", short)
                name = f"{tenant.value.tenant}-{short}"
                yield from _taken(first, zone, name, what, tenant, path)
    for app in catalogue.apps:
        if app.value.pool:
            what, name = f"the app '{app.value.app}'", namespace_of(app.value)
            yield from _taken(first, app.value.zone, name, what, app, ("app",))
            yield from _reserved(app, ("app",), name)


def _taken(
    first: dict[tuple[Zone, str], str],
    zone: Zone,
    name: str,
    what: str,
    declared: Declared[T],
    path: KeyPath,
) -> Iterator[Problem]:
    if first.setdefault((zone, name), what) != what:
        other = first[(zone, name)]
        found = f"the namespace '{name}' of {what} would be that of {other} too"
        yield declared.problem("namespace-taken", path, found, hint="Rename one")


def _reserved(declared: Declared[T], path: KeyPath, namespace: str) -> Iterator[Problem]:
    """Namespaces of Kubernetes and of the platform itself are nobody's to declare."""
    if namespace in RESERVED or namespace.startswith(tuple(f"{name}-" for name in RESERVED)):
        yield declared.problem(
            "namespace-reserved",
            path,
            f"the namespace '{namespace}' would be one of the cluster's own",
            f"names other than {', '.join(RESERVED)}, alone or before a '-'",
        )


def _fits_quota(
    tenant: Declared[Tenant], path: KeyPath, name: str, room: Amount, apps: Sequence[App]
) -> Iterator[Problem]:
    peaks = [peak(app) for app in apps if app.state == "active"]
    if not peaks:
        return
    needed = sum((one.pod.times(one.running) for one in peaks), Amount())
    surges = [one.pod.times(one.surge) for one in peaks]  # of one app at a time
    one_more = Amount(
        cpu=max(surge.cpu for surge in surges),
        memory=max(surge.memory for surge in surges),
        pods=max(surge.pods for surge in surges),
    )
    if not (needed + one_more).fits(room):
        yield tenant.problem(
            "quota-too-small",
            path,
            f"the apps that share the namespace '{name}' need {spoken(needed)} "
            f"in {needed.pods} pods, and {spoken(one_more)} in one more while one is updated; "
            f"the quota is {spoken(room)} in {room.pods} pods",
            hint="Raise the quota, or shrink an app",
        )


def _fits_pools(catalogue: Catalogue, tenant: Declared[Tenant], zone: Zone) -> Iterator[Problem]:
    """A promise that no node can keep is none: what a tenant may request in a pool is there."""
    asked: dict[str, Amount] = {}
    for _, place, namespace in declared_namespaces(tenant.value.tenant, tenant.value.zones[zone]):
        before = asked.get(namespace.pool, Amount())
        sum_ = asked[namespace.pool] = before + _quota(catalogue, zone, namespace)
        room = room_of(catalogue, zone, namespace.pool)
        if room is not None and before.fits(room) and not sum_.fits(room):
            yield tenant.problem(
                "quota-exceeds-pool",
                ("zones", zone, *place, "quota"),
                f"the tenant's quotas in pool '{namespace.pool}' come to {spoken(sum_)} in "
                f"{sum_.pods} pods; its nodes have {spoken(room)} in {room.pods} pods",
                hint="Lower a quota, or add nodes to the pool",
            )
