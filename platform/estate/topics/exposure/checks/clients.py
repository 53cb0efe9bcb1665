"""Who may connect from outside: nobody of the DMZ reaches the intranet that way (A1, F2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.plan.balancers import balancer_addresses, vips_of
from estate.topics.firewall.plan.rows import before


@dataclass(frozen=True, kw_only=True)
class _Opening:
    """A virtual server's clients, as somebody declares them."""

    declared: Declared[Any]
    path: KeyPath
    """Where its address stands; below it, ``clients``."""
    clients: tuple[IPv4Network, ...]
    everybody: bool
    """Whether firewalls let everybody in where ``clients`` is left out."""


def check_clients(catalogue: Catalogue) -> list[Problem]:
    """A problem for each virtual server that lets the DMZ into the intranet, the platform's own
    too, and for a registry that nobody could push to."""
    theirs = _of_the_dmz(catalogue.stack("dmz"))
    guarded = any(before(catalogue.stack("intranet"), "vips"))
    problems: list[Problem] = []
    for opening in _openings(catalogue):
        for index, client in enumerate(opening.clients):
            if found := next((range_ for range_ in theirs if range_.overlaps(client)), None):
                problems.append(
                    opening.declared.problem(
                        "clients-of-the-dmz",
                        (*opening.path, "clients", index),
                        f"{client} holds addresses of the DMZ's own, {found}",
                        "ranges outside the DMZ",
                        "From the DMZ only declared flows lead into the intranet: databases of an "
                        "app",
                    )
                )
        if guarded and opening.everybody and not opening.clients:
            problems.append(
                opening.declared.problem(
                    "clients-of-the-dmz",
                    opening.path,
                    "without 'clients' the firewall before the virtual addresses admits "
                    "every source, the DMZ too",
                    "the ranges that clients come from",
                    "Example: clients: [10.30.0.0/16]",
                )
            )
    for stack in catalogue.stacks.values():
        problems += _pushing(stack)
    return problems


def _of_the_dmz(stack: Stack) -> list[IPv4Network]:
    network = stack.network
    own = [network.nodes, network.pods, network.services, *vips_of(stack)]
    own += [network.tunnels] if network.tunnels else []
    return own + [IPv4Network(address) for _, _, address in balancer_addresses(stack)]


def _openings(catalogue: Catalogue) -> Iterator[_Opening]:
    """All of the intranet's."""
    for app in catalogue.apps:
        if app.value.zone == "intranet" and isinstance(app.value, TraditionalApp):
            clients = app.value.vip.clients
            yield _Opening(declared=app, path=("vip",), clients=clients, everybody=True)
    declared = catalogue.stacks["intranet"]
    stack = declared.value
    for index, shard in enumerate(stack.routers.shards if stack.routers else ()):
        path: KeyPath = ("routers", "shards", index)
        yield _Opening(declared=declared, path=path, clients=shard.clients, everybody=True)
    if stack.logging and (published := stack.logging.published):
        path = ("logging", "published")
        yield _Opening(declared=declared, path=path, clients=published.clients, everybody=True)
    if stack.masters:
        path, clients = ("masters",), stack.masters.clients
        yield _Opening(declared=declared, path=path, clients=clients, everybody=False)
    if external := stack.registry.external:
        path, clients = ("registry", "external"), external.clients
        yield _Opening(declared=declared, path=path, clients=clients, everybody=False)


def _pushing(stack: Declared[Stack]) -> Iterator[Problem]:
    """Images come from another environment, by its pipeline: firewalls have to know it (G5)."""
    external = stack.value.registry.external
    if external is None or not external.promoted_from or external.clients:
        return
    for firewall in before(stack.value, "vips"):
        yield stack.problem(
            "pusher-missing",
            ("registry", "external", "promoted_from"),
            f"'{firewall.name}' stands before the registry, and no source is declared for pushes "
            f"of {external.promoted_from}: it would block all pushes",
            "the addresses of the pipeline that promotes them",
            "Example: clients: [10.50.8.16/28]",
        )
