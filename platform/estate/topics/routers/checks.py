"""Router shards: each tenant in exactly one, nothing that would be lost on the way (C5, X7)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import ANSWER_WITHIN, WebApp
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.exposure.plan.balancers import PLATFORM, carrier
from estate.topics.routers.declare import Shard
from estate.topics.routers.plan.routers import IMAGES, published, shard_of


def check_routers(catalogue: Catalogue, loaded: Loaded) -> list[Problem]:
    """A problem for each shard that is wrong in itself, and each web app that none serves."""
    problems: list[Problem] = []
    for zone, stack in catalogue.stacks.items():
        if stack.value.routers:
            problems += _ground(catalogue, zone, stack)
            problems += _shards(catalogue, stack, loaded.unread)
    for app in catalogue.apps:
        problems += _app(catalogue, app)
    return problems


def _ground(catalogue: Catalogue, zone: Zone, stack: Declared[Stack]) -> Iterator[Problem]:
    """What all shards stand on."""
    if not any(pool.role == "router" for pool in stack.value.pools):
        yield stack.problem(
            "no-pool-of-role",
            ("routers",),
            "no pool of the zone has the role 'router'",
            "nodes that run routers and nothing else",
            "Example: {name: router, role: router}, with two nodes or more",
        )
    shards = stack.value.routers.shards if stack.value.routers else ()
    for image in sorted({IMAGES[shard.api] for shard in shards}):
        if catalogue.image(zone, image) is None:
            yield stack.problem(
                "no-platform-image",
                ("routers",),
                "there is no image that routers run",
                f"an image '{image}' in images.yaml",
            )


def _shards(
    catalogue: Catalogue, stack: Declared[Stack], unread: frozenset[str]
) -> Iterator[Problem]:
    names: dict[str, KeyPath] = {}
    tenants: dict[str, KeyPath] = {}
    default: KeyPath | None = None
    for index, shard in enumerate(stack.value.routers.shards if stack.value.routers else ()):
        path: KeyPath = ("routers", "shards", index)
        yield from _once(stack, names, (*path, "name"), f"the name '{shard.name}'", shard.name)
        for place, tenant in enumerate(shard.tenants):
            where: KeyPath = (*path, "tenants", place)
            if tenant not in catalogue.tenants and tenant not in unread:
                yield unknown(stack, "unknown-tenant", where, tenant, catalogue.tenants)
            yield from _once(stack, tenants, where, f"the tenant '{tenant}'", tenant)
        if not shard.tenants:
            if default:
                yield stack.problem(
                    "shard-default-again",
                    (*path, "name"),
                    f"'{shard.name}' serves all tenants without a shard of their own, as does "
                    f"the shard in line {stack.place(default).line}",
                    "one such shard: each tenant belongs to exactly one",
                    "Example: tenants: [brokers]",
                )
            default = default or (*path, "name")
        yield from _sources(stack, path, shard)
        yield from _registry(stack, path, shard)


def _registry(stack: Declared[Stack], path: KeyPath, shard: Shard) -> Iterator[Problem]:
    external = stack.value.registry.external
    if external and (external.vip.address, external.vip.port) in (
        (shard.address, port) for port in shard.known_ports
    ):
        found = f"{shard.address}:{external.vip.port} is that of the registry"
        yield stack.problem("vip-taken", (*path, "address"), found, "each pair once")


def _once(
    stack: Declared[Stack], first: dict[str, KeyPath], path: KeyPath, what: str, key: str
) -> Iterator[Problem]:
    if first.setdefault(key, path) != path:
        line = stack.place(first[key]).line
        found = f"{what} stands here again (first in line {line})"
        yield stack.problem("name-taken", path, found, "each once, in one shard")


def _sources(stack: Declared[Stack], path: KeyPath, shard: Shard) -> Iterator[Problem]:
    balancer = carrier(stack.value, PLATFORM)
    if shard.snat == "none" and isinstance(balancer, HAProxyPair):
        yield stack.problem(
            "balancer-cannot",
            (*path, "snat"),
            f"{balancer.name} connects to nodes from its hosts' own addresses",
            "snat: auto",
        )
    if shard.snat == "none" and not shard.clients:
        yield stack.problem(
            "clients-missing",
            (*path, "snat"),
            "with snat: none routers see clients by their own address, but 'clients' is missing",
            "the ranges that clients come from",
            "Example: clients: [10.30.0.0/16]",
        )


_MOST = {"hosts": 16, "paths": 32}
"""What one HTTPRoute holds; a path takes two of the 64 matches of its rule."""


def _by_gateway(declared: Declared[App], app: WebApp, shard: Shard, file: str) -> Iterator[Problem]:
    """What the standard channel of the Gateway API has no words for."""
    if app.stickiness != "none":
        yield declared.problem(
            "stickiness-lost",
            ("stickiness",),
            f"the shard '{shard.name}' publishes by Gateway API, whose routes keep no client "
            "with a pod",
            "none",
            f"Let the shard publish by Ingress (estate:routers in {file})",
        )
    if app.answer_within != ANSWER_WITHIN:
        yield declared.problem(
            "gateway-cannot",
            ("answer_within",),
            f"{app.answer_within} seconds, and the shard '{shard.name}' publishes by Gateway API, "
            "where we have no setting for it that its controller is known to read",
            f"{ANSWER_WITHIN}",
            f"Let the shard publish by Ingress (estate:routers in {file})",
        )
    for key, count in (("hosts", len(app.hosts)), ("paths", len(app.paths))):
        if count > _MOST[key]:
            yield declared.problem(
                "gateway-cannot",
                (key, _MOST[key]),
                f"{count} {key}, and the shard '{shard.name}' publishes by Gateway API, where a "
                f"route holds {_MOST[key]}",
                f"{_MOST[key]} at most",
                "Split the app, or publish what several of them have in common",
            )


def _app(catalogue: Catalogue, declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    if not isinstance(app, WebApp):
        return
    shard = shard_of(catalogue.stack(app.zone), app.tenant)
    if shard is None:
        yield declared.problem(
            "no-router",
            ("hosts",),
            f"no router of zone '{app.zone}' serves the tenant '{app.tenant}'",
            "tenants of a shard, or of the one that serves all others",
            "Declare a shard without tenants at estate:routers in "
            f"{catalogue.stack_file(app.zone)}",
        )
    elif shard.api == "gateway":
        yield from _by_gateway(declared, app, shard, catalogue.stack_file(app.zone))
    elif app.stickiness == "source" and shard.snat == "auto":
        yield declared.problem(
            "stickiness-lost",
            ("stickiness",),
            f"behind the source NAT of the shard '{shard.name}' all clients have the load "
            "balancer's address, and so the same pod",
            "none, cookie",
            "A cookie tells clients apart wherever they come from",
        )
    paths = [published(path) for path in app.paths]
    for index, path in enumerate(paths):
        if path in paths[:index]:
            line = declared.place(("paths", paths.index(path))).line
            found = f"the path '{path}' stands here again (first in line {line})"
            yield declared.problem("name-taken", ("paths", index), found, "each path once")
