"""A page for each app and each tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from estate.cli.explain import Explanation, explain
from estate.cli.graph.layout import picture
from estate.cli.graph.ways import ways
from estate.cli.listing.model import Listing, Stack
from estate.cli.site.mentions import mentions
from estate.cli.site.proofs import trails_of
from estate.cli.site.site import Site
from estate.cli.site.tables import Table, table
from estate.composition import Composition, compose
from estate.handover import documents
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.tenancy.plan import TenancyPlan


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """A kind of things that have pages."""

    name: str
    facts: str
    """The list in which it has one row."""
    lists: tuple[tuple[str, str], ...]
    """Lists with rows about it, each with the column that names it."""


_APP = _Kind(
    name="app",
    facts="apps",
    lists=(("virtual-servers", "virtual_server"), ("connections", "app")),
)
_TENANT = _Kind(
    name="tenant",
    facts="tenants",
    lists=(("apps", "tenant"), ("namespaces", "tenant"), ("rights", "tenant")),
)


def things(site: Site, stack: Stack, listings: Mapping[str, Listing]) -> Iterator[tuple[str, str]]:
    """All of a stack's."""
    plan = stack.plan
    composition = compose(plan)
    found = [
        *((_APP, app.name) for app in plan.of(AppsPlan).apps),
        *((_TENANT, tenant.name) for tenant in plan.of(TenancyPlan).tenants),
    ]
    named = mentions(documents(plan), {name for _, name in found})
    used = {"apps", "tenants", *(one for kind in (_APP, _TENANT) for one, _ in kind.lists)}
    rows = {name: [*listings[name].rows(stack)] for name in used}

    def about(listing: str, column: str, name: str) -> Table:
        """The rows of a list that are about a thing."""
        wanted = ((stack.name, row) for row in rows[listing] if row[column] == name)
        one = listings[listing]
        return table(listing, one.title, one.columns, wanted, site.links)

    for kind, name in found:
        facts = about(kind.facts, kind.name, name)
        lists = [about(one, column, name) for one, column in kind.lists]
        graph = ways(stack, f"Ways of connections of {name}", partial(_wanted, kind, name))
        yield site.page(
            site.links.of(stack.name, kind.name, name),
            "thing",
            name,
            stack.name,
            explanation=_explanation(composition, kind, name),
            facts=[*zip(facts.columns, facts.rows[0], strict=True)][1:],
            own=[one for one in lists if one.rows],
            picture=picture(graph) if graph.nodes else None,
            trails=trails_of(site.proofs[plan.environment.name], plan.zone, name),
            mentioned=sorted(named[name].items()),
        )


def _wanted(kind: _Kind, name: str, app: AppPlan) -> bool:
    """Whether an app is the thing, or belongs to it."""
    return name == (app.name if kind is _APP else app.tenant)


def _explanation(composition: Composition, kind: _Kind, name: str) -> Explanation:
    """An app and a tenant may have one name."""
    found = explain(composition, name, with_documents=False)
    return next(one for one in found if one.title.startswith(f"The {kind.name} "))
