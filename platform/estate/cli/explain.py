"""What a declaration becomes, in plain words: objects, rights, nodes, ports, documents.

Every line is read off the plan, its composition or its documents; nothing is known here only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from estate.cli import explain_app, explain_health
from estate.cli.sentences import counted, listed
from estate.composition import Composition
from estate.handover import documents
from estate.plan import Plan
from estate.reader.docstrings import docstring
from estate.reader.keys import plain_words
from estate.topic import Group
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.exposure.plan.model import NodePortPlan, VirtualServerPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.identity.plan.bindings import BindingPlan
from estate.topics.node_ports.plan import NodePortsPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.amounts import spoken
from estate.topics.tenancy.declare.tenants import TenantGroups
from estate.topics.tenancy.plan import TenancyPlan
from estate.topics.tenancy.plan.model import NamespacePlan, TenantPlan


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


def explain(
    composition: Composition, name: str, *, with_documents: bool = True
) -> Iterator[Explanation]:
    """The tenant and the app of this name in the composition's zone; nothing where none is.

    Documents are made twice for each, with it and without.
    """
    for group in composition.groups:
        if group.name == name:
            match group.part:
                case TenantPlan() as tenant:
                    yield _tenant(composition, group, tenant, with_documents)
                case AppPlan() as app:
                    yield _app(composition, group, app, with_documents)
                case _:
                    pass


def names(composition: Composition) -> set[str]:
    """Names of all tenants and apps."""
    plan = composition.plan
    return {tenant.name for tenant in plan.of(TenancyPlan).tenants} | {
        app.name for app in plan.of(AppsPlan).apps
    }


def _tenant(
    composition: Composition, group: Group, tenant: TenantPlan, with_documents: bool
) -> Explanation:
    plan = composition.plan
    apps = [app for app in plan.of(AppsPlan).apps if app.tenant == tenant.name]
    tenants = plan.of(TenancyPlan).tenants
    without = _reduced(
        plan,
        app=lambda app: app.tenant != tenant.name,
        server=lambda server: server.partition != tenant.name,
        row=lambda row: row.tenant != tenant.name,
        port=lambda port: not port.owner.startswith(f"{tenant.name}/"),
    ).having([TenancyPlan(tenants=tuple(one for one in tenants if one.name != tenant.name))])
    return Explanation(
        f"The tenant {tenant.name} in zone {plan.zone}{plan.environment.words}",
        _chapters(
            (
                "Namespaces",
                [line for namespace in tenant.namespaces for line in _namespace(plan, namespace)],
            ),
            ("Who may do what", _rights(_bindings(tenant.namespaces))),
            ("Apps", [_one_line(app) for app in apps]),
            ("Objects", _objects(group)),
            ("Documents", _documents(plan, without) if with_documents else ()),
        ),
    )


def _app(composition: Composition, group: Group, app: AppPlan, with_documents: bool) -> Explanation:
    plan = composition.plan
    (namespace,) = (
        one
        for tenant in plan.of(TenancyPlan).tenants
        for one in tenant.namespaces
        if one.name == app.namespace
    )
    without = _reduced(
        plan,
        app=lambda one: one.name != app.name,
        server=lambda server: server.name != app.name,
        row=lambda row: row.app != app.name,
        port=lambda port: port.owner != f"{app.tenant}/{app.name}",
    )
    return Explanation(
        f"The app {app.name} of tenant {app.tenant} in zone {plan.zone}{plan.environment.words}",
        _chapters(
            ("What runs", explain_app.runs(app)),
            ("Nodes", explain_app.nodes(plan, app)),
            ("Who reaches it", explain_app.reached(plan, app)),
            ("Who asks for its health", explain_health.asked(plan, app)),
            ("What it reaches", explain_app.reaches(app)),
            ("What it keeps and reads", explain_app.kept(app)),
            ("Who may do what", _rights(namespace.bindings)),
            ("Objects", _objects(group)),
            ("Documents", _documents(plan, without) if with_documents else ()),
        ),
    )


def _reduced(
    plan: Plan,
    *,
    app: Callable[[AppPlan], bool],
    server: Callable[[VirtualServerPlan], bool],
    row: Callable[[FirewallRow], bool],
    port: Callable[[NodePortPlan], bool],
) -> Plan:
    """The plan with those alone that each condition keeps."""
    firewall = plan.of(FirewallPlan)
    servers = plan.of(VirtualServersPlan).virtual_servers
    return plan.having(
        [
            AppsPlan(apps=tuple(filter(app, plan.of(AppsPlan).apps))),
            VirtualServersPlan(virtual_servers=tuple(filter(server, servers))),
            replace(firewall, rows=tuple(filter(row, firewall.rows))),
            NodePortsPlan(node_ports=tuple(filter(port, plan.of(NodePortsPlan).node_ports))),
        ]
    )


def _chapters(*chapters: tuple[str, Iterable[str]]) -> tuple[Chapter, ...]:
    found = (Chapter(title, tuple(lines)) for title, lines in chapters)
    return tuple(chapter for chapter in found if chapter.lines)


def _namespace(plan: Plan, namespace: NamespacePlan) -> Iterator[str]:
    (pool,) = (pool for pool in plan.of(NodesPlan).pools if pool.name == namespace.pool)
    quota = namespace.quota
    requests = "what these have" if namespace.alone else spoken(quota)
    yield (
        f"{namespace.name}: pods run on the {len(pool.nodes)} nodes of pool {pool.name}, and "
        f"request at most {requests}, in {quota.pods} pods; "
        f"{counted(namespace.node_ports, 'node port')} may be open."
    )
    owner = namespace.ownership
    yield (
        f"{namespace.name}: {owner.owner} answers for it ({owner.business_unit}, "
        f"{owner.cost_centre}); in trouble: {owner.contact}."
    )


def _bindings(namespaces: Sequence[NamespacePlan]) -> tuple[BindingPlan, ...]:
    return tuple(
        dict.fromkeys(binding for namespace in namespaces for binding in namespace.bindings)
    )


def _rights(bindings: Iterable[BindingPlan]) -> Iterator[str]:
    for binding in bindings:
        key = binding.role.removeprefix("tenant-").replace("-", "_")
        text = plain_words(docstring(TenantGroups, key))
        yield f"{binding.group} ({binding.role}): {text[0].lower()}{text[1:]}"
    yield "No one else but the platform team. No one changes declared objects by hand."


def _one_line(app: AppPlan) -> str:
    state = "" if app.running else ", retired"
    return f"{app.name} ({app.kind}{state}) in namespace {app.namespace}, on pool {app.pool}."


def _objects(group: Group) -> Iterator[str]:
    by_kind: dict[tuple[str, str], list[str]] = {}
    for manifest in group.manifests:
        by_kind.setdefault((manifest.kind, manifest.namespace or ""), []).append(
            manifest.physical_name
        )
    yield f"{counted(len(group.manifests), 'object')}, which `estate render` writes out:"
    for (kind, namespace), found in by_kind.items():
        where = f" in {namespace}" if namespace else ""
        yield f"{kind}{where}: {listed(found)}."


def _documents(plan: Plan, without: Plan) -> Iterator[str]:
    """Those that would read otherwise without it, and how many of their lines."""
    others = {document.name: Counter(document.text.splitlines()) for document in documents(without)}
    for document in documents(plan):
        own = (Counter(document.text.splitlines()) - others.get(document.name, Counter())).total()
        if own:
            yield f"{document.name}: {counted(own, 'line')}."
