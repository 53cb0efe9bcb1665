"""Names in the stack files: each taken once, each reference resolved, no cluster taken twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.egress.declare.databases import Database
from estate.topics.nodes.declare import Pool
from estate.topics.storage.declare.filers import NfsFiler

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class StackNames:
    """What the stack files name, of both zones; of a name that stands twice, the first."""

    pools: Mapping[tuple[Zone, str], Pool]
    filers: Mapping[tuple[Zone, str], NfsFiler]
    databases: Mapping[str, tuple[Zone, Database]]


def stack_names(stacks: Mapping[Zone, Declared[Stack]]) -> tuple[StackNames, list[Problem]]:
    """The names, and a problem for each that is wrong."""
    pools: dict[tuple[Zone, str], Pool] = {}
    filers: dict[tuple[Zone, str], NfsFiler] = {}
    problems: list[Problem] = []
    for zone, stack in stacks.items():
        of_zone, wrong = _unique(stack, "pools", stack.value.pools, lambda pool: pool.name)
        pools |= {(zone, name): pool for name, pool in of_zone.items()}
        problems += wrong
        its_filers, wrong = _unique(
            stack, "nfs_filers", stack.value.nfs_filers, lambda nfs_filer: nfs_filer.name
        )
        filers |= {(zone, name): filer for name, filer in its_filers.items()}
        problems += [*wrong, *_one_stack(zone, stack, of_zone)]
    databases, wrong = _databases(stacks)
    problems += [*wrong, *_isolated(stacks)]
    return StackNames(pools=pools, filers=filers, databases=databases), problems


def _unique(
    stack: Declared[Stack], key: str, items: Iterable[T], name: Callable[[T], str]
) -> tuple[dict[str, T], list[Problem]]:
    found: dict[str, T] = {}
    places: dict[str, KeyPath] = {}
    problems: list[Problem] = []
    for index, item in enumerate(items):
        path: KeyPath = (key, index, "name")
        if name(item) in found:
            line = stack.place(places[name(item)]).line
            again = f"the name '{name(item)}' stands here again (first in line {line})"
            problems.append(stack.problem("name-taken", path, again, "each name once"))
        found.setdefault(name(item), item)
        places.setdefault(name(item), path)
    return found, problems


def _one_stack(zone: Zone, stack: Declared[Stack], pools: Mapping[str, Pool]) -> list[Problem]:
    facts = stack.value
    _, problems = _unique(stack, "ensembles", facts.ensembles, lambda ensemble: ensemble.name)
    problems += _unique(stack, "nodes", facts.nodes, lambda node: node.name)[1]
    problems += _unique(
        stack, "daemon_sets", facts.daemon_sets, lambda daemon_set: daemon_set.name
    )[1]
    problems += _unique(stack, "firewalls", facts.firewalls, lambda firewall: firewall.name)[1]
    for index, node in enumerate(facts.nodes):
        if node.pool not in pools:
            path: KeyPath = ("nodes", index, "pool")
            problems.append(unknown(stack, "unknown-pool", path, node.pool, pools))
        if node.size not in facts.node_sizes:
            path = ("nodes", index, "size")
            problems.append(unknown(stack, "unknown-node-size", path, node.size, facts.node_sizes))
    for index, firewall in enumerate(facts.firewalls):
        if firewall.source_zone == zone:
            found_here = f"the firewall '{firewall.name}' stands between '{zone}' and itself"
            path = ("firewalls", index, "source_zone")
            problems.append(stack.problem("wrong-zone", path, found_here, "the other zone"))
    return problems


def _databases(
    stacks: Mapping[Zone, Declared[Stack]],
) -> tuple[dict[str, tuple[Zone, Database]], list[Problem]]:
    databases: dict[str, tuple[Zone, Database]] = {}
    problems: list[Problem] = []
    for zone, stack in stacks.items():
        for index, database in enumerate(stack.value.databases):
            if database.name in databases:
                where = databases[database.name][0]
                found = f"'{database.name}' is a database of zone '{where}' already"
                path: KeyPath = ("databases", index, "name")
                problems.append(stack.problem("name-taken", path, found, "each name once"))
            else:
                databases[database.name] = (zone, database)
    return databases, problems


OWN: tuple[tuple[KeyPath, str, Callable[[Stack], str | None]], ...] = (
    (("cluster", "name"), "the cluster's name", lambda stack: stack.cluster.name),
    (("cluster", "context"), "the kubeconfig context", lambda stack: stack.cluster.context),
    (("cluster", "uid"), "the cluster's UID", lambda stack: stack.cluster.uid),
    (("registry", "host"), "the registry", lambda stack: stack.registry.host),
    (
        ("masters", "name"),
        "the API servers' name",
        lambda stack: stack.masters.name if stack.masters else None,
    ),
    (
        ("logging", "published", "host"),
        "Kibana's name",
        lambda stack: (
            stack.logging.published.host if stack.logging and stack.logging.published else None
        ),
    ),
)


def _isolated(stacks: Mapping[Zone, Declared[Stack]]) -> Iterator[Problem]:
    """The two environments are isolated from each other: nothing of one is the other's (A1)."""
    for path, what, of in OWN:
        taken: dict[str, Zone] = {}
        for zone, stack in stacks.items():
            value = of(stack.value)
            if value is not None and taken.setdefault(value, zone) != zone:
                found = f"{what} '{value}' is that of zone '{taken[value]}' too"
                yield stack.problem(
                    "not-isolated", path, found, "one for each zone: they share nothing"
                )


def pool_owners(catalogue: Catalogue, loaded: Loaded) -> list[Problem]:
    """A problem for each pool whose tenant or app does not exist, or runs elsewhere."""
    problems: list[Problem] = []
    apps = {(app.value.zone, app.value.tenant, app.value.app): app for app in loaded.apps}
    for zone, stack in loaded.stacks.items():
        for index, pool in enumerate(stack.value.pools):
            if (
                pool.tenant
                and pool.tenant not in catalogue.tenants
                and pool.tenant not in loaded.unread
            ):
                path: KeyPath = ("pools", index, "tenant")
                hint = "Of a tenant that has left, take the pools away too"
                problems.append(
                    unknown(stack, "unknown-tenant", path, pool.tenant, catalogue.tenants, hint)
                )
                continue
            if pool.role and (pool.tenant or pool.app):
                found = (
                    f"pool '{pool.name}' serves the platform as '{pool.role}', and is a tenant's"
                )
                path = ("pools", index, "role")
                problems.append(
                    stack.problem("pool-role", path, found, "a role or a tenant, not both")
                )
                continue
            if not pool.app:
                continue
            path = ("pools", index, "app")
            if not pool.tenant:
                found = f"pool '{pool.name}' names an app but no tenant"
                problems.append(
                    stack.problem("missing-tenant", path, found, "both, or tenant alone")
                )
            elif app := apps.get((zone, pool.tenant, pool.app)):
                if app.value.pool != pool.name:
                    found = f"the app '{pool.app}' does not run in its pool '{pool.name}'"
                    hint = f"Write pool: {pool.name} in {app.positions.file}, or leave 'app' out"
                    problems.append(stack.problem("pool-unused", path, found, hint=hint))
            elif not loaded.unread:
                known = [app for at, of, app in apps if (at, of) == (zone, pool.tenant)]
                hint = "Of an app that has left, take the pool away too, or its key 'app'"
                problems.append(unknown(stack, "unknown-app", path, pool.app, known, hint))
    return problems
