"""Checks of tenants, namespaces and quotas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from estate.declarations.catalogue import Catalogue, declared_namespaces, namespace_of
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import ZONES, Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.peak import peak
from estate.topics.nodes.plan.amounts import spoken
from estate.topics.nodes.plan.model import Amount
from estate.topics.nodes.plan.pools import room_of
from estate.topics.tenancy.declare.tenants import Tenant
from estate.topics.tenancy.plan.tenants import T, quota_of


def check_tenants(catalogue: Catalogue) -> list[Problem]:
    """Namespaces are unique, their quotas fit their pools, and their apps fit the quotas."""
    problems = list(_unique(catalogue))
    for tenant in catalogue.tenants.values():
        for zone, declared in tenant.value.zones.items():
            for name, place, namespace in declared_namespaces(tenant.value.tenant, declared):
                path: KeyPath = ("zones", zone, *place, "quota")
                room = quota_of(catalogue, zone, namespace)
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
        sum_ = asked[namespace.pool] = before + quota_of(catalogue, zone, namespace)
        room = room_of(catalogue, zone, namespace.pool)
        if room is not None and before.fits(room) and not sum_.fits(room):
            yield tenant.problem(
                "quota-exceeds-pool",
                ("zones", zone, *place, "quota"),
                f"the tenant's quotas in pool '{namespace.pool}' come to {spoken(sum_)} in "
                f"{sum_.pods} pods; its nodes have {spoken(room)} in {room.pods} pods",
                hint="Lower a quota, or add nodes to the pool",
            )
