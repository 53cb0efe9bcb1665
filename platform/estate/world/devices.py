"""Devices that several environments name: an F5, directories of a filer, disks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import PurePosixPath

from estate.declarations.stack import Stack
from estate.reader.problems import Declared, Problem
from estate.reader.stacks import StackName
from estate.topics.exposure.declare.load_balancers import F5
from estate.topics.exposure.plan.balancers import balancers
from estate.topics.storage.checks import device
from estate.topics.storage.declare.volumes import LocalDisk
from estate.topics.storage.plan.backends import backends
from estate.world.claims import Claim, World, meetings, stacks_of


def check_devices(world: World) -> Iterator[Problem]:
    """A problem for each part of a device that two environments take."""
    for other, one in meetings(_disks(world)):
        yield one.problem(
            "disk-taken",
            f"{one.what} is assigned by {other.place}, too",
            "each disk to one replica of one volume in one environment",
        )
    yield from _f5s(world)
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


def _f5s(world: World) -> Iterator[Problem]:
    """One name is one device, and the documents of two environments name the same partitions."""
    first: dict[str, StackName] = {}
    for name, stack in stacks_of(world):
        for key, f5 in balancers(stack.value):
            if not isinstance(f5, F5):
                continue
            other = first.setdefault(f5.name, name)
            if other.environment != name.environment:
                yield stack.problem(
                    "device-shared",
                    (key, "name"),
                    f"{f5.name} is the F5 of {other.file}, too: the declaration of one environment "
                    "would overwrite partitions of the other",
                    "an F5 for each environment",
                    "A device of its own has a name of its own",
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
