"""References of tenants and apps: what they name exists, and is theirs to use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from estate.declarations.catalogue import Catalogue, declared_namespaces, namespace_of, unknown
from estate.declarations.load import NODE_PORTS, Loaded
from estate.declarations.stack_names import pool_owners, stack_names
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.nodes.declare import Pool
from estate.topics.registry.declare.resolved_images import ResolvedImages, resolved
from estate.topics.tenancy.declare.tenants import Tenant


def resolve(loaded: Loaded) -> tuple[Catalogue, list[Problem]]:
    """The catalogue, and a problem for each name that is taken twice or that nothing has."""
    lock = loaded.images_lock.value if loaded.images_lock else None
    names, problems = stack_names(loaded.stacks)
    without_apps = Catalogue(
        stacks=loaded.stacks,
        tenants={tenant.value.tenant: tenant for tenant in loaded.tenants},
        pools=names.pools,
        databases=names.databases,
        filers=names.filers,
        images=resolved(loaded.images.value, lock) if loaded.images else ResolvedImages(),
        register=loaded.node_ports,
        environment=loaded.environment,
        register_unread=NODE_PORTS in loaded.unread,
    )
    for tenant in loaded.tenants:
        problems += _tenant(without_apps, tenant)
    problems += pool_owners(without_apps, loaded)
    apps, unresolved = _apps(without_apps, loaded)
    return replace(without_apps, apps=apps), [*problems, *unresolved]


def _apps(catalogue: Catalogue, loaded: Loaded) -> tuple[tuple[Declared[App], ...], list[Problem]]:
    """Those whose references all resolve, and a problem for each reference that does not."""
    apps: list[Declared[App]] = []
    problems: list[Problem] = []
    seen: dict[tuple[Zone, str], Declared[App]] = {}
    for app in loaded.apps:
        key = (app.value.zone, app.value.app)
        if key in seen:
            found = f"app '{key[1]}' of zone '{key[0]}' stands in {seen[key].place(('app',))} too"
            problems.append(app.problem("name-taken", ("app",), found, "each app once per zone"))
            continue
        seen[key] = app
        wrong = list(_app(catalogue, app, loaded.unread))
        problems += wrong
        if not wrong and app.value.tenant in catalogue.tenants:
            apps.append(app)
    return tuple(sorted(apps, key=lambda app: (app.value.zone, app.value.app))), problems


def _tenant(catalogue: Catalogue, tenant: Declared[Tenant]) -> Iterator[Problem]:
    for zone, shared in tenant.value.zones.items():
        for _, place, namespace in declared_namespaces(tenant.value.tenant, shared):
            path: KeyPath = ("zones", zone, *place, "pool")
            pool = catalogue.pools.get((zone, namespace.pool))
            if pool is None:
                known = [name for at, name in catalogue.pools if at == zone]
                yield unknown(tenant, "unknown-pool", path, namespace.pool, known)
            elif whose := _whose(pool, tenant.value.tenant):
                yield tenant.problem(
                    "pool-of-others",
                    path,
                    f"pool '{pool.name}' {whose}",
                    "a shared pool, or one of this tenant without an app",
                )


def _whose(pool: Pool, tenant: str) -> str:
    """Whose the pool is, where the tenant's shared namespaces may not use it."""
    if pool.role:
        return f"serves the platform as '{pool.role}'"
    if pool.app:
        return f"belongs to the app '{pool.app}' of tenant '{pool.tenant}'"
    return f"belongs to tenant '{pool.tenant}'" if pool.tenant not in (None, tenant) else ""


def _app(
    catalogue: Catalogue, declared: Declared[App], unread: frozenset[str]
) -> Iterator[Problem]:
    app = declared.value
    if app.tenant not in catalogue.tenants:
        if app.tenant not in unread:
            yield unknown(declared, "unknown-tenant", ("tenant",), app.tenant, catalogue.tenants)
        return
    tenant = catalogue.tenants[app.tenant].value
    if tenant.state == "retired" and app.state != "retired":
        yield declared.problem(
            "tenant-retired",
            ("state",),
            f"the tenant '{app.tenant}' is retired, this app is not",
            hint="Retire the apps of a tenant with it: state: retired",
        )
    yield from _pool(catalogue, declared, tenant)
    for index, use in enumerate(app.databases):
        yield from _database(catalogue, declared, index, use.name)
    if (
        isinstance(app, TraditionalApp)
        and app.logs
        and (app.zone, app.logs.filer) not in catalogue.filers
    ):
        known = [name for zone, name in catalogue.filers if zone == app.zone]
        yield unknown(declared, "unknown-filer", ("logs", "filer"), app.logs.filer, known)
    yield from _once(declared, "secrets", [secret.name for secret in app.secrets])
    yield from _once(declared, "databases", [use.name for use in app.databases])


def _once(declared: Declared[App], key: str, names: list[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            line = declared.place((key, names.index(name), "name")).line
            found = f"the name '{name}' stands here again (first in line {line})"
            yield declared.problem("name-taken", (key, index, "name"), found, "each name once")


def _pool(catalogue: Catalogue, declared: Declared[App], tenant: Tenant) -> Iterator[Problem]:
    app = declared.value
    if app.pool and app.namespace:
        yield declared.problem(
            "namespace-with-pool",
            ("namespace",),
            f"the app has the pool '{app.pool}' and so the namespace '{namespace_of(app)}'",
            "pool or namespace, not both",
            "Leave 'namespace' out",
        )
        return
    if app.pool is None:
        if app.zone not in tenant.zones:
            yield declared.problem(
                "no-namespace",
                ("zone",),
                f"tenant '{tenant.tenant}' has no shared namespace in zone '{app.zone}'",
                hint=f"Declare zones.{app.zone} in tenants/{tenant.tenant}.yaml, "
                "or give the app a pool of its own",
            )
        elif app.namespace and app.namespace not in tenant.zones[app.zone].namespaces:
            known = tenant.zones[app.zone].namespaces
            hint = f"Declare it at zones.{app.zone}.namespaces in tenants/{tenant.tenant}.yaml"
            yield unknown(declared, "unknown-namespace", ("namespace",), app.namespace, known, hint)
        return
    pool = catalogue.pools.get((app.zone, app.pool))
    if pool is None:
        known = [
            name
            for (zone, name), one in catalogue.pools.items()
            if zone == app.zone and (one.tenant, one.app) == (app.tenant, app.app)
        ]
        hint = f"Leave 'pool' out to run in the pool of tenant '{app.tenant}'"
        yield unknown(declared, "unknown-pool", ("pool",), app.pool, known, hint)
    elif (pool.tenant, pool.app) != (app.tenant, app.app):
        found = f"pool '{pool.name}' is not dedicated to the app '{app.app}' of '{app.tenant}'"
        hint = f"Set tenant: {app.tenant} and app: {app.app} on the pool, or leave 'pool' out"
        yield declared.problem("pool-of-others", ("pool",), found, hint=hint)


def _database(
    catalogue: Catalogue, declared: Declared[App], index: int, name: str
) -> Iterator[Problem]:
    path: KeyPath = ("databases", index, "name")
    if name not in catalogue.databases:
        yield unknown(declared, "unknown-database", path, name, catalogue.databases)
        return
    zone, database = catalogue.databases[name]
    if declared.value.tenant not in database.tenants:
        yield declared.problem(
            "database-of-others",
            path,
            f"database '{name}' does not serve the tenant '{declared.value.tenant}'",
            ", ".join(database.tenants),
            f"Its owner adds the tenant in {catalogue.stack_file(zone)}",
        )
