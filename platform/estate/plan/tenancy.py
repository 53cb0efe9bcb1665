"""Tenants: which namespaces each gets in a zone, and how much may run there (C1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from estate.declare import Declared, Problem
from estate.declare.models import App, Tenant, TraditionalApp
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.access import tenant_bindings
from estate.plan.amounts import spoken
from estate.plan.catalogue import Catalogue
from estate.plan.model import Amount, NamespacePlan, TenantPlan

RESERVED = ("default", "estate", "kube", "openshift")
"""Namespaces of these names, and those that begin with one and a '-', are not for tenants."""

T = TypeVar("T")


def namespace_of(app: App) -> str:
    """An app with a pool of its own has a namespace of its own; others share the tenant's."""
    return f"{app.tenant}-{app.app}" if app.pool else app.tenant


def plan_tenants(catalogue: Catalogue, zone: Zone) -> tuple[TenantPlan, ...]:
    """Each tenant with its namespaces in the zone, by name."""
    protected = catalogue.stack(zone).removal == "protected"
    version = catalogue.stack(zone).cluster.version
    identity = catalogue.stack(zone).identity
    apps: dict[str, list[App]] = {}
    for declared in catalogue.apps:
        if declared.value.zone == zone:
            apps.setdefault(declared.value.tenant, []).append(declared.value)
    found: list[TenantPlan] = []
    for name, declared in sorted(catalogue.tenants.items()):
        tenant = declared.value
        own = apps.get(name, [])
        bindings = tenant_bindings(identity, tenant.groups)
        namespaces = [
            NamespacePlan(
                name=namespace_of(app),
                tenant=name,
                zone=zone,
                pool=app.pool,
                owner=app.owner,
                quota=_own_quota(app),
                node_ports=_node_ports([app]),
                protected=protected and "retired" not in (app.state, tenant.state),
                version=version,
                bindings=bindings,
            )
            for app in own
            if app.pool
        ]
        if shared := tenant.zones.get(zone):
            quota = shared.quota
            namespaces.append(
                NamespacePlan(
                    name=name,
                    tenant=name,
                    zone=zone,
                    pool=shared.pool,
                    owner=tenant.owner,
                    quota=Amount(cpu=quota.cpu, memory=quota.memory, pods=quota.pods),
                    node_ports=_node_ports([app for app in own if not app.pool]),
                    protected=protected and tenant.state == "active",
                    version=version,
                    bindings=bindings,
                )
            )
        if namespaces:
            namespaces.sort(key=lambda namespace: namespace.name)
            found.append(TenantPlan(name=name, zone=zone, namespaces=tuple(namespaces)))
    return tuple(found)


def _own_quota(app: App) -> Amount:
    """Room for the app and for the one replica more that a rolling update starts (D1).

    Not the pool's capacity: a node that joins the pool changes no namespace, and scaling out is
    declared rather than done by hand.
    """
    return Amount(cpu=app.size.cpu, memory=app.size.memory, pods=1).times(app.replicas + 1)


def _node_ports(apps: list[App]) -> int:
    return sum(isinstance(app, TraditionalApp) and app.state == "active" for app in apps)


def check_tenants(catalogue: Catalogue) -> list[Problem]:
    """Namespaces are unique, and a tenant's apps fit the quota of the namespace they share."""
    problems: list[Problem] = []
    names: dict[tuple[Zone, str], str] = {}
    for declared in catalogue.apps:
        app = declared.value
        name = namespace_of(app)
        what = f"the app '{app.app}'" if app.pool else f"the tenant '{app.tenant}'"
        first = names.setdefault((app.zone, name), what)
        clash = app.pool and name in catalogue.tenants
        if first != what or clash:
            other = f"the tenant '{name}'" if clash else first
            found = f"the namespace '{name}' of {what} would be that of {other} too"
            problems.append(declared.problem("namespace-taken", ("app",), found, hint="Rename one"))
        if app.pool:
            problems += _reserved(declared, ("app",), name)
    for tenant in catalogue.tenants.values():
        problems += _reserved(tenant, ("tenant",), tenant.value.tenant)
        for zone in tenant.value.zones:
            problems += _fits_quota(catalogue, tenant, zone)
    return problems


def _reserved(declared: Declared[T], path: KeyPath, namespace: str) -> Iterator[Problem]:
    """Namespaces of Kubernetes and of the platform itself are nobody's to declare."""
    if namespace in RESERVED or namespace.startswith(tuple(f"{name}-" for name in RESERVED)):
        yield declared.problem(
            "namespace-reserved",
            path,
            f"the namespace '{namespace}' would be one of the cluster's own",
            f"names other than {', '.join(RESERVED)}, alone or before a '-'",
        )


def _fits_quota(catalogue: Catalogue, tenant: Declared[Tenant], zone: Zone) -> list[Problem]:
    quota = tenant.value.zones[zone].quota
    room = Amount(cpu=quota.cpu, memory=quota.memory, pods=quota.pods)
    replicas = [
        (Amount(cpu=app.size.cpu, memory=app.size.memory, pods=1), app.replicas)
        for app in catalogue.sharing(tenant.value.tenant, zone)
        if app.state == "active"
    ]
    if not replicas:
        return []
    needed = sum((size.times(count) for size, count in replicas), Amount())
    # A rolling update starts one more replica before it stops an old one.
    one_more = Amount(
        cpu=max(size.cpu for size, _ in replicas),
        memory=max(size.memory for size, _ in replicas),
        pods=1,
    )
    if (needed + one_more).fits(room):
        return []
    return [
        tenant.problem(
            "quota-too-small",
            ("zones", zone, "quota"),
            f"the apps that share the namespace '{tenant.value.tenant}' need {spoken(needed)} "
            f"in {needed.pods} pods, and {spoken(one_more)} in one more while one is updated; "
            f"the quota is {spoken(room)} in {room.pods} pods",
            hint="Raise the quota, or shrink an app",
        )
    ]
