"""Where plan slices look things up: what is declared once, found by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address
from typing import TypeVar

from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem, did_you_mean
from estate.reader.stacks import UNNAMED, Environment, StackName
from estate.reader.values import Protocol, Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.egress.declare.databases import Database
from estate.topics.exposure.declare.node_ports import NodePortRegister
from estate.topics.nodes.declare import Node, Pool
from estate.topics.registry.declare.resolved_images import ResolvedImages
from estate.topics.storage.declare.filers import NfsFiler
from estate.topics.tenancy.declare.tenants import Namespace, SharedNamespace, Tenant

T = TypeVar("T")


def namespace_of(app: App) -> str:
    """An app with a pool of its own has a namespace of its own; others share one."""
    name = app.app if app.pool else app.namespace
    return f"{app.tenant}-{name}" if name else app.tenant


def owner_of(app: App) -> str:
    """The app as registers name it."""
    return f"{app.tenant}/{app.app}"


def declared_namespaces(
    tenant: str, declared: SharedNamespace
) -> Iterator[tuple[str, KeyPath, Namespace]]:
    """A tenant's namespaces in one zone: name in the cluster, place below the zone, declaration."""
    yield tenant, (), declared
    for name, namespace in sorted(declared.namespaces.items()):
        yield f"{tenant}-{name}", ("namespaces", name), namespace


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What topics look things up in; a missing thing has been reported already.

    It is made in two stages, and each is a value of its own: the references of apps are resolved
    with one that has no apps yet, and what is checked and derived sees the one that has them.
    """

    stacks: Mapping[Zone, Declared[Stack]]
    tenants: Mapping[str, Declared[Tenant]]
    pools: Mapping[tuple[Zone, str], Pool]
    databases: Mapping[str, tuple[Zone, Database]]
    filers: Mapping[tuple[Zone, str], NfsFiler]
    images: ResolvedImages
    """The platform's own images."""
    apps: tuple[Declared[App], ...] = ()
    """Apps whose references all resolve, sorted by zone and name."""
    ceilings: Mapping[tuple[Zone, str], int] = field(default_factory=dict[tuple[Zone, str], int])
    """By app that scales: the most replicas that its own pool carries (D3)."""

    register: Declared[NodePortRegister] | None = None
    """The register of node ports; None where there is none that could be read."""
    environment: Environment = UNNAMED
    """Whose declarations these are."""
    register_unread: bool = False
    """There is a register, and it could not be read: missing ports are not reported."""

    def app(self, zone: Zone, name: str) -> Declared[App] | None:
        """The app of that name, where it has no problem of its own."""
        return self._apps.get((zone, name))

    @cached_property
    def _apps(self) -> dict[tuple[Zone, str], Declared[App]]:
        return {(app.value.zone, app.value.app): app for app in self.apps}

    def image(self, zone: Zone, name: str) -> str | None:
        """An image of the platform's own in the zone's registry; None where none is declared."""
        found = self.images.images.get(name)
        return f"{self.stack(zone).registry.host}/{found.image}" if found else None

    def platform_images(self, zone: Zone) -> dict[str, str]:
        """All images of the platform's own in the zone's registry, by name."""
        names = sorted(self.images.images)
        return {name: found for name in names if (found := self.image(zone, name))}

    def node_port(self, zone: Zone, owner: str, protocol: Protocol = "TCP") -> int:
        """The port that the register gives ``owner``; that there is one has been checked."""
        return self.node_ports[(zone, owner, protocol)]

    @cached_property
    def node_ports(self) -> dict[tuple[Zone, str, Protocol], int]:
        """The register by zone, owner and protocol; the first where there are two."""
        ports = self.register.value.ports if self.register else ()
        return {(port.zone, port.owner, port.protocol): port.port for port in reversed(ports)}

    def stack(self, zone: Zone) -> Stack:
        """The facts of ``zone``."""
        return self.stacks[zone].value

    def stack_file(self, zone: Zone) -> str:
        """The file with the facts of ``zone``, as messages name it."""
        return self.stack_name(zone).file

    def stack_name(self, zone: Zone) -> StackName:
        """The stack of ``zone``, as commands name it."""
        return self.environment.stack(zone)

    def pool_of(self, app: App) -> str:
        """The pool that the app runs in: its own, or that of the namespace that it shares."""
        return app.pool or self.namespaces[(app.zone, namespace_of(app))].pool

    def nodes_of(self, zone: Zone, pool: str) -> tuple[Node, ...]:
        """The nodes of a pool, by name."""
        return self._nodes.get((zone, pool), ())

    def addresses_of(self, zone: Zone, pool: str | None = None) -> tuple[IPv4Address, ...]:
        """The nodes' addresses, of a pool or of the whole zone, in order."""
        return self._addresses.get((zone, pool), ())

    def sharing(self, zone: Zone, namespace: str) -> tuple[App, ...]:
        """The apps that share a namespace."""
        return self._sharing.get((zone, namespace), ())

    def alone_in(self, zone: Zone, namespace: str) -> App | None:
        """The app that has a pool, and so the namespace, of its own."""
        return self._alone.get((zone, namespace))

    @cached_property
    def _alone(self) -> dict[tuple[Zone, str], App]:
        apps = (one.value for one in self.apps if one.value.pool)
        return {(app.zone, namespace_of(app)): app for app in apps}

    @cached_property
    def namespaces(self) -> dict[tuple[Zone, str], Namespace]:
        """The namespaces that tenants declare, by the name that they have in the cluster."""
        return {
            (zone, name): namespace
            for tenant in self.tenants.values()
            for zone, declared in tenant.value.zones.items()
            for name, _, namespace in declared_namespaces(tenant.value.tenant, declared)
        }

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
    def _sharing(self) -> dict[tuple[Zone, str], tuple[App, ...]]:
        found: dict[tuple[Zone, str], list[App]] = {}
        for app in self.apps:
            if app.value.pool is None:
                found.setdefault((app.value.zone, namespace_of(app.value)), []).append(app.value)
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
