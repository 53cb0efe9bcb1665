"""Where plan slices look things up: what is declared once, found by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address
from typing import TypeVar

from estate.declare import Declared, Problem
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
        return self._nodes.get((zone, pool), ())

    def addresses_of(self, zone: Zone, pool: str | None = None) -> tuple[IPv4Address, ...]:
        """The nodes' addresses, of a pool or of the whole zone, in order."""
        return self._addresses.get((zone, pool), ())

    def sharing(self, tenant: str, zone: Zone) -> tuple[App, ...]:
        """The apps that share the tenant's namespace in the zone."""
        return self._sharing.get((tenant, zone), ())

    @cached_property
    def _nodes(self) -> dict[tuple[Zone, str], tuple[Node, ...]]:
        found: dict[tuple[Zone, str], list[Node]] = {}
        for zone, stack in self.stacks.items():
            for node in sorted(stack.value.nodes, key=lambda node: node.name):
                found.setdefault((zone, node.pool), []).append(node)
        return {key: tuple(nodes) for key, nodes in found.items()}

    @cached_property
    def _addresses(self) -> dict[tuple[Zone, str | None], tuple[IPv4Address, ...]]:
        found: dict[tuple[Zone, str | None], tuple[IPv4Address, ...]] = {
            (zone, None): tuple(sorted(node.address for node in stack.value.nodes))
            for zone, stack in self.stacks.items()
        }
        for key, nodes in self._nodes.items():
            found[key] = tuple(sorted(node.address for node in nodes))
        return found

    @cached_property
    def _sharing(self) -> dict[tuple[str, Zone], tuple[App, ...]]:
        """Asked for only once all apps are in."""
        found: dict[tuple[str, Zone], list[App]] = {}
        for app in self.apps:
            if app.value.pool is None:
                found.setdefault((app.value.tenant, app.value.zone), []).append(app.value)
        return {key: tuple(apps) for key, apps in found.items()}


def unknown(
    declared: Declared[T],
    code: str,
    path: KeyPath,
    found: str,
    known: Iterable[str],
    hint: str = "",
) -> Problem:
    """A problem with a name that leads nowhere; ``code`` says what it should have been."""
    names = sorted(known)
    what = code.removeprefix("unknown-").replace("-", " ")
    return declared.problem(
        code,
        path,
        f"there is no {what} '{found}'",
        ", ".join(names) or f"none is declared: add the {what} first",
        did_you_mean(found, names) or hint,
    )
