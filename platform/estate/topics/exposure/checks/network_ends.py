"""A network's own address and its broadcast address are nobody's to answer at (A1, E3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import TypeVar, cast

from pydantic import BaseModel

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.exposure.plan.balancers import balancers

T = TypeVar("T")


def check_network_ends(catalogue: Catalogue) -> Iterator[Problem]:
    """A problem for each declared address that is the first or last one of a declared network.

    Hosts answer at neither: the first names the network, the last one is all hosts of it
    (RFC 1122, 3.2.1.3). Networks of one or two addresses have no such ends (RFC 3021).
    """
    ends = _ends(catalogue)
    for stack in catalogue.stacks.values():
        for path, address in _addresses((), stack.value):
            yield from _end(stack, path, address, ends)
    for app in catalogue.apps:
        if isinstance(app.value, TraditionalApp):
            yield from _end(app, ("vip", "address"), app.value.vip.address, ends)


def _end(
    declared: Declared[T],
    path: KeyPath,
    address: IPv4Address,
    ends: Mapping[IPv4Address, IPv4Network],
) -> Iterator[Problem]:
    if network := ends.get(address):
        kind = "own" if address == network[0] else "broadcast"
        yield declared.problem(
            "address-reserved",
            path,
            f"{address} is the {kind} address of the network {network}: no host answers there",
            f"{network[1]} to {network[-2]}",
            "Take another address of the network",
        )


def _ends(catalogue: Catalogue) -> dict[IPv4Address, IPv4Network]:
    """The ends of each network, and the network that they are of."""
    found: dict[IPv4Address, IPv4Network] = {}
    for stack in catalogue.stacks.values():
        for network in _networks(stack.value):
            if network.prefixlen < 31:
                found |= dict.fromkeys((network[0], network[-1]), network)
    return found


def _networks(stack: Stack) -> Iterator[IPv4Network]:
    network = stack.network
    yield from (network.nodes, network.pods, network.services)
    if network.tunnels:
        yield network.tunnels
    for _, balancer in balancers(stack):
        yield from balancer.vips
        if isinstance(balancer, HAProxyPair):
            yield balancer.segment


def _addresses(path: KeyPath, value: object) -> Iterator[tuple[KeyPath, IPv4Address]]:
    """Every single address that stands somewhere in a declaration."""
    if isinstance(value, IPv4Address):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, inner in value:
            yield from _addresses((*path, name), inner)
    elif isinstance(value, tuple):
        for index, inner in enumerate(cast(tuple[object, ...], value)):
            yield from _addresses((*path, index), inner)
    elif isinstance(value, Mapping):
        for key, inner in cast(Mapping[str, object], value).items():
            yield from _addresses((*path, key), inner)
