"""Every name that a declaration takes, with its owner: what the register of names is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal
from urllib.parse import urlsplit

from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem, Source
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp, WebApp
from estate.topics.dns.declare import Dns
from estate.topics.dns.plan.domains import CLUSTER_DOMAIN, host_of
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.exposure.plan.balancers import balancers
from estate.topics.routers.plan.routers import shard_of

COMPANY = ""
"""Owner of what is no tenant's: the platform's own names, and those of the company around it."""

OUTSIDE = "outside"
"""Holder of names that other teams of the company give: several parts of a stack may name one."""

Scope = Literal["host", "service", "machine"]
"""A host name; a Service's in the namespaces that use it; a machine's. These do not meet."""


@dataclass(frozen=True, kw_only=True)
class NameClaim:
    """A name that is taken. With ``*.`` before it, every name below it."""

    zone: Zone
    name: str
    scope: Scope = "host"
    owner: str
    """The tenant, or ``COMPANY``."""
    holder: str
    """What bears the name; it may stand in both zones, each in its own view."""
    what: str
    """The holder, as messages say it."""
    declared: Declared[Stack] | Declared[App]
    path: KeyPath
    paths: tuple[str, ...] = ()
    """Of a web app, what it publishes below the name: the tenant's other apps may have the rest."""
    address: IPv4Address | None = None
    """Where the zone's name servers have to lead; None where they do not give the name."""

    @property
    def place(self) -> Source:
        """Where it stands."""
        return self.declared.place(self.path)

    def problem(self, code: str, found: str, allowed: str, hint: str = "") -> Problem:
        """A problem with it."""
        return self.declared.problem(code, self.path, found, allowed, hint)


def canonical(name: str) -> str:
    """Names are equal whatever their case, with or without the root's dot (RFC 4343)."""
    return name.lower().rstrip(".")


def covers(wildcard: str, name: str) -> bool:
    """Whether ``*.a.b`` stands for ``name``, such as x.a.b, y.x.a.b or *.x.a.b."""
    return wildcard.startswith("*.") and name.endswith(wildcard[1:]) and name != wildcard


def name_claims(
    stacks: Mapping[Zone, Declared[Stack]], apps: Iterable[Declared[App]]
) -> Iterator[NameClaim]:
    """All names of both zones: those of the stacks first, so that an app never seems the owner."""
    for zone, stack in stacks.items():
        yield from _of_stack(zone, stack)
    for app in apps:
        if app.value.zone in stacks:
            yield from _of_app(stacks[app.value.zone].value, app)


def _of_app(stack: Stack, declared: Declared[App]) -> Iterator[NameClaim]:
    """Retired apps count too: a name that people know stays taken until the declaration goes."""
    app = declared.value
    address: IPv4Address | None = None
    names: list[tuple[KeyPath, str]] = []
    if isinstance(app, WebApp):
        shard = shard_of(stack, app.tenant)
        address = shard.address if shard and app.state == "active" else None
        names = [(("hosts", index), name) for index, name in enumerate(app.hosts)]
    elif isinstance(app, TraditionalApp):
        address = app.vip.address if app.state == "active" else None
        names = [(("vip", "names", index), name) for index, name in enumerate(app.vip.names)]
    for path, name in names:
        yield NameClaim(
            zone=app.zone,
            name=canonical(name),
            owner=app.tenant,
            holder=f"{app.tenant}/{app.app}",
            what=f"the app '{app.app}' of tenant '{app.tenant}'",
            declared=declared,
            path=path,
            paths=app.paths if isinstance(app, WebApp) else (),
            address=address,
        )


@dataclass(frozen=True)
class _Stack:
    zone: Zone
    declared: Declared[Stack]

    def take(
        self,
        name: str,
        holder: str,
        what: str,
        path: KeyPath,
        *,
        address: IPv4Address | None = None,
        scope: Scope = "host",
    ) -> NameClaim:
        return NameClaim(
            zone=self.zone,
            name=canonical(name.partition(":")[0]),
            scope=scope,
            owner=COMPANY,
            holder=holder,
            what=what,
            declared=self.declared,
            path=path,
            address=address,
        )


def _of_stack(zone: Zone, declared: Declared[Stack]) -> Iterator[NameClaim]:
    one, stack = _Stack(zone, declared), declared.value
    yield one.take(f"*.{CLUSTER_DOMAIN}", "cluster", "the cluster", ("cluster",))
    yield from _outside(one, stack)
    yield from _platform(one, stack)
    yield from _services(one, stack)
    yield from _machines(one, stack)
    if stack.dns:
        yield from _zones(one, stack, stack.dns)


def _platform(one: _Stack, stack: Stack) -> Iterator[NameClaim]:
    """What the platform itself is reached by."""
    if stack.masters:
        address = stack.cluster.api_server.address
        path: KeyPath = ("masters", "name")
        yield one.take(stack.masters.name, "api", "the API servers", path, address=address)
    registry = stack.registry
    address = registry.external.vip.address if registry.external else None
    address = registry.harbor.address if registry.harbor else address
    path = ("registry", "host")
    yield one.take(registry.host, "registry", "the registry", path, address=address)
    if stack.logging and stack.logging.published:
        published = stack.logging.published
        path = ("logging", "published", "host")
        yield one.take(published.host, "kibana", "Kibana", path, address=published.address)


def _zones(one: _Stack, stack: Stack, dns: Dns) -> Iterator[NameClaim]:
    """Name servers, the zones' own names, and nodes, whose domain is theirs as a whole."""
    for index, domain in enumerate(dns.domains):
        yield one.take(domain, f"zone {domain}", "the zone itself", ("dns", "domains", index))
    for index, server in enumerate(dns.name_servers):
        path: KeyPath = ("dns", "name_servers", index, "name")
        what = "a name server"
        yield one.take(server.name, f"ns {server.name}", what, path, address=server.address)
    yield one.take(f"*.{dns.node_domain}", "nodes", "the nodes", ("dns", "node_domain"))
    for index, node in enumerate(stack.nodes):
        name, path = host_of(node.name, dns.node_domain), ("nodes", index, "name")
        what = f"the node '{node.name}'"
        yield one.take(name, f"node {node.name}", what, path, address=node.address)
    for index, master in enumerate(stack.masters.nodes if stack.masters else ()):
        name, path = host_of(master.name, dns.node_domain), ("masters", "nodes", index, "name")
        what = f"the master '{master.name}'"
        yield one.take(name, f"master {master.name}", what, path, address=master.address)


def _outside(one: _Stack, stack: Stack) -> Iterator[NameClaim]:
    """Hosts of other teams: of sign-in, mail, receivers of alerts, and what registries need."""
    for name, what, path in (*_issuers(stack), *_receivers(stack), *_of_registries(stack)):
        yield one.take(name, OUTSIDE, what, path)


_Named = Iterator[tuple[str, str, KeyPath]]


def _issuers(stack: Stack) -> _Named:
    for index, issuer in enumerate(stack.identity.issuers):
        path: KeyPath = ("identity", "issuers", index, "url")
        yield _host(issuer.url), f"the issuer '{issuer.name}'", path


def _receivers(stack: Stack) -> _Named:
    if stack.monitoring is None:
        return
    if mail := stack.monitoring.mail:
        yield mail.host, "the mail relay", ("monitoring", "mail", "host")
    for index, webhook in enumerate(stack.monitoring.webhooks):
        path: KeyPath = ("monitoring", "webhooks", index, "url")
        yield _host(webhook.url), f"the webhook '{webhook.name}'", path


def _of_registries(stack: Stack) -> _Named:
    source = "the registry that images come from"
    external, harbor = stack.registry.external, stack.registry.harbor
    if external and external.promoted_from:
        yield external.promoted_from, source, ("registry", "external", "promoted_from")
    if harbor is None:
        return
    place: KeyPath = ("registry", "harbor")
    yield harbor.database.host, "Harbor's database", (*place, "database", "host")
    for index, sentinel in enumerate(harbor.redis.sentinels):
        yield sentinel, "Harbor's Redis", (*place, "redis", "sentinels", index)
    if harbor.images.endpoint:
        path: KeyPath = (*place, "images", "endpoint")
        yield harbor.images.endpoint, "Harbor's object store", path
    if harbor.upstream:
        yield harbor.upstream.host, source, (*place, "upstream", "host")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _services(one: _Stack, stack: Stack) -> Iterator[NameClaim]:
    """Names by which apps find servers outside the cluster, in their own namespaces (F4)."""
    for key, kind, declared in (
        ("databases", "database", stack.databases),
        ("delivery", "delivery system", stack.delivery),
    ):
        for index, server in enumerate(declared):
            what, path = f"the {kind} '{server.name}'", (key, index, "name")
            yield one.take(server.name, f"{kind} {server.name}", what, path, scope="service")


def _machines(one: _Stack, stack: Stack) -> Iterator[NameClaim]:
    """Names of machines, which inventories and lists of peers tell apart by them."""
    registry = stack.registry
    found: list[tuple[str, str, KeyPath]] = []
    for index, node in enumerate(stack.nodes):
        found.append((node.name, "node", ("nodes", index, "name")))
    for index, master in enumerate(stack.masters.nodes if stack.masters else ()):
        found.append((master.name, "master", ("masters", "nodes", index, "name")))
    for key, servers in (
        ("external", registry.external.servers if registry.external else ()),
        ("harbor", registry.harbor.servers if registry.harbor else ()),
    ):
        for index, machine in enumerate(servers):
            path: KeyPath = ("registry", key, "servers", index, "name")
            found.append((machine.name, "registry machine", path))
    for key, balancer in balancers(stack):
        for index, host in enumerate(balancer.hosts if isinstance(balancer, HAProxyPair) else ()):
            found.append((host.name, "load balancer host", (key, "hosts", index, "name")))
    for name, kind, path in found:
        yield one.take(name, f"{kind} {name}", f"the {kind} '{name}'", path, scope="machine")
