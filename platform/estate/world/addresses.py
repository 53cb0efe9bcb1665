"""Addresses and virtual router numbers: each once, over all environments (A1, E4)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations

from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.stacks import StackName
from estate.topics.exposure.checks.addresses import addresses_in, ranges_in
from estate.topics.exposure.checks.virtual_servers import virtual_addresses
from estate.topics.exposure.plan.balancers import balancers
from estate.topics.exposure.plan.keepalived import virtual_routers
from estate.world.claims import Claim, World, may_share, meetings, stacks_of

_SHARED = ("nfs_filers", "ensembles", "delivery", "databases")
"""Servers of other teams, which several environments may use."""


def check_addresses(world: World) -> Iterator[Problem]:
    """A problem for each address, range or router number that two environments have."""
    for other, one in meetings(_single(world)):
        yield one.problem(
            "address-taken",
            f"{one.what} is an address of {other.place}",
            "each address once over all environments; servers and an F5 may be shared",
        )
    yield from _overlaps(world)
    yield from _inside(world)
    yield from _routers(world)


def addresses_of(loaded: Loaded) -> Iterator[Claim]:
    """The ranges of an environment's nodes, pods, services and tunnels, and every single address
    of its stacks, but for virtual ones."""
    for one in _ranges((loaded,)):
        if one.path[0] == "network":
            yield one
    for name, stack in stacks_of((loaded,)):
        yield from _of_stack(name, stack)


def of_other_teams(claim: Claim) -> bool:
    """Whether it is the address of a server that the environment uses."""
    return claim.path[0] in _SHARED


def _single(world: World) -> Iterator[Claim]:
    for name, stack in stacks_of(world):
        yield from _of_stack(name, stack)
    for loaded in world:
        for zone, declared, path, address in virtual_addresses(loaded):
            yield Claim(
                stack=loaded.environment.stack(zone),
                key=address,
                what=str(address),
                declared=declared,
                path=path,
            )


def _of_stack(name: StackName, stack: Declared[Stack]) -> Iterator[Claim]:
    for path, what, address in addresses_in(stack.value):
        yield Claim(
            stack=name,
            key=address,
            what=f"{address}, {what},",
            declared=stack,
            path=path,
            shared=_shared(stack.value, path),
        )


def _shared(stack: Stack, path: KeyPath) -> Hashable:
    """What the address is of, where environments may have it in common."""
    device = dict(balancers(stack)).get(str(path[0]))
    if device is not None and path[1] == "self_addresses":
        return "f5", device.name
    return path[0] if path[0] in _SHARED else None


def _ranges(world: World) -> Iterator[Claim]:
    for name, stack in stacks_of(world):
        devices = dict(balancers(stack.value))
        for path, what, network in ranges_in(stack.value):
            device = devices.get(str(path[0]))
            yield Claim(
                stack=name,
                key=network,
                what=what,
                declared=stack,
                path=path,
                shared=("vips", device.name) if device and device.kind == "f5" else None,
            )


def _overlaps(world: World) -> Iterator[Problem]:
    for other, one in combinations(_ranges(world), 2):
        if other.stack.environment == one.stack.environment or may_share(other, one):
            continue
        if _network(one).overlaps(_network(other)):
            yield one.problem(
                "range-overlap",
                f"{one.key} overlaps {other.what} of {other.place}, {other.key}",
                "ranges of its own for every environment",
            )


def _network(claim: Claim) -> IPv4Network:
    assert isinstance(claim.key, IPv4Network)
    return claim.key


def _inside(world: World) -> Iterator[Problem]:
    """Servers that lie among another environment's nodes or pods: those would be reached."""
    ranges = [one for one in _ranges(world) if one.path[0] == "network"]
    for one in _single(world):
        assert isinstance(one.key, IPv4Address)
        for other in ranges:
            apart = other.stack.environment != one.stack.environment
            if apart and one.key in _network(other):
                yield one.problem(
                    "address-inside",
                    f"{one.what} lies in {other.what} of {other.place}, {other.key}",
                    "addresses outside of the other environments' ranges",
                    "What an environment offers to another is reached by a virtual address",
                )


def _routers(world: World) -> Iterator[Problem]:
    seen: list[tuple[Claim, IPv4Network, int]] = []
    for name, stack in stacks_of(world):
        for path, router in virtual_routers(stack.value):
            here = _router(name, stack, path, router.number)
            for other, segment, number in seen:
                apart = other.stack.environment != name.environment
                if apart and number == router.number and segment.overlaps(router.segment):
                    yield here.problem(
                        "virtual-router-taken",
                        f"{here.what} is taken in the segment {segment} by {other.place}",
                        "each number once in a segment, over all environments",
                    )
            seen.append((here, router.segment, router.number))


def _router(name: StackName, stack: Declared[Stack], path: KeyPath, number: int) -> Claim:
    what = f"virtual router {number}"
    return Claim(stack=name, key=number, what=what, declared=stack, path=path)
