"""Names and references: what is declared once, found by name, with both zones in view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from estate.declare import Declared, Loaded, Problem
from estate.declare.models import App, Database, NfsFiler, Node, Pool, Stack, Tenant
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath, did_you_mean

T = TypeVar("T")


@dataclass
class Catalogue:
    """What plan slices look things up in; a missing thing has been reported already."""

    stacks: Mapping[Zone, Declared[Stack]]
    tenants: dict[str, Declared[Tenant]] = field(default_factory=dict[str, Declared[Tenant]])
    apps: list[Declared[App]] = field(default_factory=list[Declared[App]])
    """Apps whose references all resolve, sorted by zone and name."""
    pools: dict[tuple[Zone, str], Pool] = field(default_factory=dict[tuple[Zone, str], Pool])
    databases: dict[str, tuple[Zone, Database]] = field(
        default_factory=dict[str, tuple[Zone, Database]]
    )
    filers: dict[tuple[Zone, str], NfsFiler] = field(
        default_factory=dict[tuple[Zone, str], NfsFiler]
    )

    def stack(self, zone: Zone) -> Stack:
        """The facts of ``zone``."""
        return self.stacks[zone].value

    def pool_of(self, app: App) -> str:
        """The pool that the app runs in: its own, or its tenant's in the zone."""
        return app.pool or self.tenants[app.tenant].value.zones[app.zone].pool

    def nodes_of(self, zone: Zone, pool: str) -> tuple[Node, ...]:
        """The nodes of a pool, by name."""
        found = [node for node in self.stack(zone).nodes if node.pool == pool]
        return tuple(sorted(found, key=lambda node: node.name))


def catalogue(loaded: Loaded) -> tuple[Catalogue, list[Problem]]:
    """The catalogue, and a problem for each name that is taken twice or leads nowhere."""
    result = Catalogue(stacks=loaded.stacks)
    problems: list[Problem] = []
    for zone, stack in loaded.stacks.items():
        problems += _stack_names(result, zone, stack)
    problems += _databases(result)
    result.tenants = {tenant.value.tenant: tenant for tenant in loaded.tenants}
    for tenant in loaded.tenants:
        problems += _tenant_references(result, tenant)
    problems += _pool_owners(result, loaded)
    seen: dict[tuple[Zone, str], Declared[App]] = {}
    for app in loaded.apps:
        key = (app.value.zone, app.value.app)
        if key in seen:
            first = seen[key].problem("", ("app",), "").source
            problems.append(
                app.problem(
                    "name-taken",
                    ("app",),
                    f"app '{key[1]}' of zone '{key[0]}' stands in {first} already",
                    "each app once per zone",
                )
            )
            continue
        seen[key] = app
        found = _app_references(result, app, loaded.unread)
        problems += found
        if not found and app.value.tenant in result.tenants:
            result.apps.append(app)
    result.apps.sort(key=lambda app: (app.value.zone, app.value.app))
    return result, problems


def _unique(
    stack: Declared[Stack], key: str, items: Iterable[T], name: Callable[[T], str]
) -> tuple[dict[str, T], list[Problem]]:
    found: dict[str, T] = {}
    problems: list[Problem] = []
    for index, item in enumerate(items):
        if name(item) in found:
            path: KeyPath = (key, index, "name")
            problems.append(
                stack.problem(
                    "name-taken", path, f"'{name(item)}' stands here again", "each name once"
                )
            )
        found.setdefault(name(item), item)
    return found, problems


def _stack_names(result: Catalogue, zone: Zone, stack: Declared[Stack]) -> list[Problem]:
    facts = stack.value
    pools, problems = _unique(stack, "pools", facts.pools, lambda pool: pool.name)
    result.pools |= {(zone, name): pool for name, pool in pools.items()}
    filers, found = _unique(stack, "nfs_filers", facts.nfs_filers, lambda filer: filer.name)
    result.filers |= {(zone, name): filer for name, filer in filers.items()}
    problems += found
    problems += _unique(stack, "nodes", facts.nodes, lambda node: node.name)[1]
    problems += _unique(stack, "firewalls", facts.firewalls, lambda firewall: firewall.name)[1]
    for index, node in enumerate(facts.nodes):
        if node.pool not in pools:
            problems.append(_unknown(stack, ("nodes", index, "pool"), "pool", node.pool, pools))
        if node.size not in facts.node_sizes:
            path: KeyPath = ("nodes", index, "size")
            problems.append(_unknown(stack, path, "node size", node.size, facts.node_sizes))
    for index, firewall in enumerate(facts.firewalls):
        if firewall.source_zone == zone:
            found_here = f"the firewall '{firewall.name}' stands between '{zone}' and itself"
            path = ("firewalls", index, "source_zone")
            problems.append(stack.problem("wrong-zone", path, found_here, "the other zone"))
    return problems


def _unknown(
    declared: Declared[T], path: KeyPath, what: str, found: str, known: Iterable[str]
) -> Problem:
    names = sorted(known)
    return declared.problem(
        f"unknown-{what.replace(' ', '-')}",
        path,
        f"there is no {what} '{found}'",
        ", ".join(names) or f"none is declared: add the {what} first",
        did_you_mean(found, names),
    )


def _databases(result: Catalogue) -> list[Problem]:
    problems: list[Problem] = []
    for zone, stack in result.stacks.items():
        for index, database in enumerate(stack.value.databases):
            if database.name in result.databases:
                where = result.databases[database.name][0]
                found = f"'{database.name}' is a database of zone '{where}' already"
                path: KeyPath = ("databases", index, "name")
                problems.append(stack.problem("name-taken", path, found, "each name once"))
            else:
                result.databases[database.name] = (zone, database)
    return problems


def _tenant_references(result: Catalogue, tenant: Declared[Tenant]) -> list[Problem]:
    problems: list[Problem] = []
    for zone, shared in tenant.value.zones.items():
        if zone not in result.stacks:
            continue
        path: KeyPath = ("zones", zone, "pool")
        pool = result.pools.get((zone, shared.pool))
        if pool is None:
            known = [name for at, name in result.pools if at == zone]
            problems.append(_unknown(tenant, path, "pool", shared.pool, known))
        elif pool.app is not None or pool.tenant not in (None, tenant.value.tenant):
            whose = f"the app '{pool.app}' of " if pool.app else ""
            problems.append(
                tenant.problem(
                    "pool-of-others",
                    path,
                    f"pool '{pool.name}' belongs to {whose}tenant '{pool.tenant}'",
                    "a shared pool, or one of this tenant without an app",
                )
            )
    return problems


def _pool_owners(result: Catalogue, loaded: Loaded) -> list[Problem]:
    problems: list[Problem] = []
    apps = {(app.value.zone, app.value.tenant, app.value.app) for app in loaded.apps}
    for zone, stack in loaded.stacks.items():
        for index, pool in enumerate(stack.value.pools):
            if pool.tenant and pool.tenant not in result.tenants | dict.fromkeys(loaded.unread):
                path: KeyPath = ("pools", index, "tenant")
                problems.append(_unknown(stack, path, "tenant", pool.tenant, result.tenants))
            if pool.app and not pool.tenant:
                path = ("pools", index, "app")
                found = f"pool '{pool.name}' names an app but no tenant"
                problems.append(
                    stack.problem("missing-tenant", path, found, "both, or tenant alone")
                )
            elif pool.app and (zone, pool.tenant, pool.app) not in apps and not loaded.unread:
                path = ("pools", index, "app")
                known = [app for at, tenant, app in apps if (at, tenant) == (zone, pool.tenant)]
                problems.append(_unknown(stack, path, "app", pool.app, known))
    return problems


def _app_references(
    result: Catalogue, declared: Declared[App], unread: frozenset[str]
) -> list[Problem]:
    app = declared.value
    problems: list[Problem] = []
    if app.tenant not in result.tenants:
        if app.tenant not in unread:
            problems.append(_unknown(declared, ("tenant",), "tenant", app.tenant, result.tenants))
        return problems
    if app.zone not in result.stacks:
        return problems
    tenant = result.tenants[app.tenant].value
    if tenant.state == "retired" and app.state != "retired":
        problems.append(
            declared.problem(
                "tenant-retired",
                ("state",),
                f"the tenant '{app.tenant}' is retired, this app is not",
                hint="Retire the apps of a tenant with it: state: retired",
            )
        )
    problems += _app_pool(result, declared, tenant)
    for index, use in enumerate(app.databases):
        problems += _app_database(result, declared, index, use.name)
    if app.kind == "traditional" and app.logs and (app.zone, app.logs.filer) not in result.filers:
        known = [name for zone, name in result.filers if zone == app.zone]
        problems.append(_unknown(declared, ("logs", "filer"), "filer", app.logs.filer, known))
    names = [secret.name for secret in app.secrets]
    for index, name in enumerate(names):
        if name in names[:index]:
            found = f"the secret '{name}' stands here again"
            problems.append(declared.problem("name-taken", ("secrets", index, "name"), found))
    return problems


def _app_pool(result: Catalogue, declared: Declared[App], tenant: Tenant) -> list[Problem]:
    app = declared.value
    if app.pool is None:
        if app.zone in tenant.zones:
            return []
        return [
            declared.problem(
                "no-namespace",
                ("zone",),
                f"tenant '{tenant.tenant}' has no shared namespace in zone '{app.zone}'",
                hint=f"Declare zones.{app.zone} in tenants/{tenant.tenant}.yaml, "
                "or give the app a pool of its own",
            )
        ]
    pool = result.pools.get((app.zone, app.pool))
    if pool is None:
        known = [name for zone, name in result.pools if zone == app.zone]
        return [_unknown(declared, ("pool",), "pool", app.pool, known)]
    if (pool.tenant, pool.app) != (app.tenant, app.app):
        found = f"pool '{pool.name}' is not dedicated to the app '{app.app}' of '{app.tenant}'"
        hint = f"Set tenant: {app.tenant} and app: {app.app} on the pool, or leave 'pool' out"
        return [declared.problem("pool-of-others", ("pool",), found, hint=hint)]
    return []


def _app_database(
    result: Catalogue, declared: Declared[App], index: int, name: str
) -> list[Problem]:
    path: KeyPath = ("databases", index, "name")
    if name not in result.databases:
        return [_unknown(declared, path, "database", name, result.databases)]
    zone, database = result.databases[name]
    if declared.value.tenant not in database.tenants:
        return [
            declared.problem(
                "database-of-others",
                path,
                f"database '{name}' does not serve the tenant '{declared.value.tenant}'",
                ", ".join(database.tenants),
                f"Its owner adds the tenant in Pulumi.{zone}.yaml",
            )
        ]
    return []
