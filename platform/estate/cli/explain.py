"""What a declaration becomes, in plain words: objects, rights, nodes, ports, documents.

Every line is read off the plan, its composition or its documents; nothing is known here only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from estate.composition import Composition, Group
from estate.declare.keys import plain_words
from estate.declare.models import TenantGroups
from estate.handover import documents
from estate.plan.amounts import cores, gibibytes, spoken
from estate.plan.model import AppPlan, BindingPlan, NamespacePlan, NodePlan, Plan, TenantPlan


@dataclass(frozen=True)
class Chapter:
    """A heading, and the sentences under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """What one tenant or app becomes in one zone."""

    title: str
    chapters: tuple[Chapter, ...]


def explain(composition: Composition, name: str) -> Iterator[Explanation]:
    """The tenant and the app of this name in the composition's zone; nothing where none is."""
    for group in composition.groups:
        if group.name == name:
            match group.slice:
                case TenantPlan() as tenant:
                    yield _tenant(composition, group, tenant)
                case AppPlan() as app:
                    yield _app(composition, group, app)
                case _:
                    pass


def names(composition: Composition) -> set[str]:
    """What can be asked for."""
    plan = composition.plan
    return {tenant.name for tenant in plan.tenants} | {app.name for app in plan.apps}


def _tenant(composition: Composition, group: Group, tenant: TenantPlan) -> Explanation:
    plan = composition.plan
    apps = [app for app in plan.apps if app.tenant == tenant.name]
    without = replace(
        plan,
        tenants=tuple(one for one in plan.tenants if one.name != tenant.name),
        apps=tuple(app for app in plan.apps if app.tenant != tenant.name),
        firewall_rows=tuple(row for row in plan.firewall_rows if row.tenant != tenant.name),
    )
    return Explanation(
        f"The tenant {tenant.name} in zone {plan.zone}",
        _chapters(
            ("Namespaces", [line for one in tenant.namespaces for line in _namespace(plan, one)]),
            ("Who may do what", _rights(_bindings(tenant.namespaces))),
            ("Apps", [_one_line(app) for app in apps]),
            ("Objects", _objects(group)),
            ("Documents", _documents(plan, without)),
        ),
    )


def _app(composition: Composition, group: Group, app: AppPlan) -> Explanation:
    plan = composition.plan
    (namespace,) = (
        one for tenant in plan.tenants for one in tenant.namespaces if one.name == app.namespace
    )
    without = replace(
        plan,
        apps=tuple(one for one in plan.apps if one.name != app.name),
        firewall_rows=tuple(row for row in plan.firewall_rows if row.app != app.name),
    )
    return Explanation(
        f"The app {app.name} of tenant {app.tenant} in zone {plan.zone}",
        _chapters(
            ("What runs", _runs(app)),
            ("Nodes", _nodes(plan, app.pool)),
            ("Who reaches it", _reached(plan, app)),
            ("What it reaches", _reaches(app)),
            ("What it keeps and reads", _kept(app)),
            ("Who may do what", _rights(namespace.bindings)),
            ("Objects", _objects(group)),
            ("Documents", _documents(plan, without)),
        ),
    )


def _chapters(*chapters: tuple[str, Iterable[str]]) -> tuple[Chapter, ...]:
    found = (Chapter(title, tuple(lines)) for title, lines in chapters)
    return tuple(chapter for chapter in found if chapter.lines)


def _namespace(plan: Plan, namespace: NamespacePlan) -> Iterator[str]:
    (pool,) = (pool for pool in plan.pools if pool.name == namespace.pool)
    quota = namespace.quota
    yield (
        f"{namespace.name}: pods run on the {len(pool.nodes)} nodes of pool {pool.name}, and "
        f"request at most {spoken(quota)} in {quota.pods} pods; "
        f"{_counted(namespace.node_ports, 'node port')} may be open."
    )
    owner = namespace.ownership
    yield (
        f"{namespace.name}: {owner.owner} answers for it ({owner.business_unit}, "
        f"{owner.cost_centre}); in trouble: {owner.contact}."
    )


def _bindings(namespaces: Sequence[NamespacePlan]) -> tuple[BindingPlan, ...]:
    return tuple(dict.fromkeys(one for namespace in namespaces for one in namespace.bindings))


def _rights(bindings: Iterable[BindingPlan]) -> Iterator[str]:
    for binding in bindings:
        key = binding.role.removeprefix("tenant-").replace("-", "_")
        text = plain_words(TenantGroups.model_fields[key].description or "")
        yield f"{binding.group} ({binding.role}): {text[0].lower()}{text[1:]}"
    yield "Nobody else but the platform, and nobody changes what is declared by hand."


def _one_line(app: AppPlan) -> str:
    state = "" if app.running else ", retired"
    return f"{app.name} ({app.kind}{state}) in namespace {app.namespace}, on pool {app.pool}."


def _runs(app: AppPlan) -> Iterator[str]:
    if not app.running:
        yield "Nothing: it is retired. Its volume, port and address stay until its file goes."
        return
    yield (
        f"{_counted(app.replicas, 'pod')} of {app.image.split('@')[0]}, each with "
        f"{cores(app.size.cpu)} and {gibibytes(app.size.memory)}, in namespace {app.namespace}."
    )
    yield f"An update counts as failed when they are not ready within {app.ready_within} seconds."


def _nodes(plan: Plan, name: str) -> Iterator[str]:
    (pool,) = (pool for pool in plan.pools if pool.name == name)
    whose = "the whole zone"
    if pool.app or pool.tenant:
        whose = f"the app {pool.app}" if pool.app else f"the tenant {pool.tenant}"
    yield f"Pool {pool.name}, which belongs to {whose}: {_listed(map(_node, pool.nodes))}."
    yield "When any one of them is gone, everything pinned to the pool fits on the others."


def _node(node: NodePlan) -> str:
    return f"{node.name} ({node.address}, {node.rack})"


def _reached(plan: Plan, app: AppPlan) -> Iterator[str]:
    if app.exposure:
        server, port = app.exposure.virtual_server, app.exposure.node_port
        yield (
            f"Users: {server.address}:{server.port} on {plan.f5.name}, which forwards to node "
            f"port {port} of {_counted(len(server.members), 'node')}, and so to port "
            f"{app.port} of the pods."
        )
        sources = _listed(str(source) for source in app.exposure.sources)
        yield f"The pods see these connections come from {sources}, and admit no others."
    for host in app.hosts:
        yield f"Users: {host}, through the zone's router."
    for one in app.connected_from:
        yield f"The app {one.caller} of namespace {one.caller_namespace}, on port {one.port}."
    if app.metrics:
        yield f"Prometheus, on port {app.metrics.port}."
    if app.port:
        yield f"Pods of its own namespace {app.namespace}, on any port."


def _reaches(app: AppPlan) -> Iterator[str]:
    for database in app.databases:
        yield f"The database {database.name} at {database.address}:{database.port}."
    for one in app.connects_to:
        yield f"The app {one.callee} of namespace {one.callee_namespace}, on port {one.port}."
    yield f"Name service, and pods of its own namespace {app.namespace}; nothing else."


def _kept(app: AppPlan) -> Iterator[str]:
    if app.logs:
        yield (
            f"Files: {gibibytes(app.logs.size)} on {app.logs.filer} ({app.logs.server}:"
            f"{app.logs.directory}), a directory for each pod: "
            f"{_listed(f'{kind} at {path}' for kind, path in app.logs.mounts)}."
        )
    for one in app.config:
        yield f"Configuration: {one.path}; a change restarts the pods."
    for secret in app.secrets:
        yield f"Secret: {secret.mount}, from {secret.name}."


def _objects(group: Group) -> Iterator[str]:
    by_kind: dict[tuple[str, str], list[str]] = {}
    for one in group.manifests:
        by_kind.setdefault((one.kind, one.namespace or ""), []).append(one.physical_name)
    yield f"{_counted(len(group.manifests), 'object')}, which `estate render` writes out:"
    for (kind, namespace), found in by_kind.items():
        where = f" in {namespace}" if namespace else ""
        yield f"{kind}{where}: {_listed(found)}."


def _documents(plan: Plan, without: Plan) -> Iterator[str]:
    """Those that would read otherwise without it, and how many of their lines."""
    others = {one.name: Counter(one.text.splitlines()) for one in documents(without)}
    for one in documents(plan):
        own = (Counter(one.text.splitlines()) - others.get(one.name, Counter())).total()
        if own:
            yield f"{one.name}: {_counted(own, 'line')}."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)
