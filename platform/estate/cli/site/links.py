"""Which words in tables are links, and to which page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from estate.cli.listing.model import Stack
from estate.topics.apps.plan import AppsPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.tenancy.plan import TenancyPlan

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "app": ("app",),
    "apps": ("app",),
    "connects_to": ("app",),
    "of": ("app",),
    "tenant": ("tenant",),
    "tenants": ("tenant",),
    "partition": ("tenant",),
    "pool": ("pool",),
    "node": ("node",),
    "source_node": ("node",),
    "destination_name": ("node",),
    "worst_loss": ("node",),
    "declared_by": ("app", "tenant"),
    "virtual_server": ("app",),
}
"""By column, the kinds of things that its words name."""


class Links:
    """Pages by what they are about, as paths from the site's folder."""

    def __init__(self, stacks: Iterable[Stack]) -> None:
        self._pages: dict[tuple[str, str, str], str] = {}
        for stack in stacks:
            self._add(stack)

    def _add(self, stack: Stack) -> None:
        name, plan = stack.name, stack.plan
        for app in plan.of(AppsPlan).apps:
            self._pages[(name, "app", app.name)] = f"{name}/apps/{app.name}.html"
        for tenant in plan.of(TenancyPlan).tenants:
            self._pages[(name, "tenant", tenant.name)] = f"{name}/tenants/{tenant.name}.html"
        for pool in plan.of(NodesPlan).pools:
            self._pages[(name, "pool", pool.name)] = f"{name}/index.html#pool-{pool.name}"
            for node in pool.nodes:
                self._pages[(name, "node", node.name)] = f"{name}/nodes.html#node-{node.name}"

    def of(self, stack: str, kind: str, name: str) -> str:
        """The page of a thing; empty where it has none."""
        return self._pages.get((stack, kind, name), "")

    def of_cell(self, stack: str, column: str, word: str) -> str:
        """The page of a word in a column of a stack's table; empty where it has none."""
        found = (self.of(stack, kind, word) for kind in _COLUMNS.get(column, ()))
        return next((one for one in found if one), "")
