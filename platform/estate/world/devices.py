"""Devices of several environments: partitions of an F5, directories of a filer, disks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import PurePosixPath

from estate.declarations.stack import Stack
from estate.reader.problems import Declared, Problem
from estate.reader.stacks import StackName
from estate.topics.exposure.declare.load_balancers import F5
from estate.topics.exposure.documents.partitions import partition_of
from estate.topics.exposure.plan.balancers import balancers
from estate.topics.storage.checks import device
from estate.topics.storage.declare.volumes import LocalDisk
from estate.topics.storage.plan.backends import backends
from estate.world.claims import Claim, World, meetings, stacks_of


def check_devices(world: World) -> Iterator[Problem]:
    """A problem for each part of a device that two environments take."""
    yield from _partitions(world)
    for other, one in meetings(_disks(world)):
        yield one.problem(
            "disk-taken",
            f"{one.what} is assigned by {other.place}, too",
            "each disk to one replica of one volume in one environment",
        )
    yield from _exports(world)


def _disks(world: World) -> Iterator[Claim]:
    for name, stack in stacks_of(world):
        for backend in backends(stack.value.storage):
            for place, disk in backend.disks:
                if not isinstance(disk, LocalDisk):  # those are disks of one node
                    yield Claim(
                        stack=name,
                        key=device(backend, disk),
                        what=f"this disk of {backend.name}",
                        declared=stack,
                        path=place,
                    )


def _partitions(world: World) -> Iterator[Problem]:
    """Those of the first environment that begin as another's on the same device.

    Whether the other environment has that tenant today is not asked: a partition that one gives up
    while the other takes it would be emptied by the change of the one.
    """
    f5s = [
        (name, key, stack, balancer.name)
        for name, stack in stacks_of(world)
        for key, balancer in balancers(stack.value)
        if isinstance(balancer, F5)
    ]
    for (first, _, _, name), (other, key, stack, same) in combinations(f5s, 2):
        if not first.environment.first or other.environment.first or name != same:
            continue
        for tenant in world[0].tenants:
            if tenant.value.tenant.startswith(other.environment.prefix):
                partition = partition_of(first.environment, tenant.value.tenant)
                yield tenant.problem(
                    "partition-taken",
                    ("tenant",),
                    f"its partition {partition} on {name} would be one of {other}, which has the "
                    f"same device ({stack.place((key, 'name'))})",
                    f"names that do not begin with '{other.environment.prefix}'",
                    "Partitions are called <environment>_<tenant>, those of the first environment "
                    "<tenant>",
                )


def _exports(world: World) -> Iterator[Problem]:
    filers = [
        (name, stack, index)
        for name, stack in stacks_of(world)
        for index in range(len(stack.value.nfs_filers))
    ]
    for (first, before, at), (name, stack, index) in combinations(filers, 2):
        theirs, ours = before.value.nfs_filers[at], stack.value.nfs_filers[index]
        if first.environment == name.environment or theirs.address != ours.address:
            continue
        if _nested(theirs.export, ours.export):
            yield _export(stack, index, f"{ours.address} has the directory", before, at, first)


def _export(
    stack: Declared[Stack], index: int, what: str, before: Declared[Stack], at: int, name: StackName
) -> Problem:
    ours, theirs = stack.value.nfs_filers[index].export, before.value.nfs_filers[at].export
    place = before.place(("nfs_filers", at, "export"))
    return stack.problem(
        "export-taken",
        ("nfs_filers", index, "export"),
        f"{what} {ours} here, and {theirs} for {name} ({place}): files of both would mix",
        "a directory of its own for each environment, neither inside the other",
    )


def _nested(one: str, other: str) -> bool:
    first, second = PurePosixPath(one), PurePosixPath(other)
    return first.is_relative_to(second) or second.is_relative_to(first)
