"""Checks of virtual router numbers and moving addresses."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.exposure.plan.keepalived import VirtualRouter, virtual_routers


def check_keepalived(catalogue: Catalogue) -> list[Problem]:
    """A problem for each number that stands twice in a segment, whichever zone declares it."""
    problems: list[Problem] = []
    seen: list[tuple[VirtualRouter, Declared[Stack], KeyPath]] = []
    for declared in catalogue.stacks.values():
        problems += _misplaced(declared)
        for path, virtual_router in virtual_routers(declared.value):
            here = [entry for entry in seen if entry[0].segment.overlaps(virtual_router.segment)]
            for other, stack, place in here:
                if other.number == virtual_router.number:
                    taken = {each.number for each, _, _ in here}
                    free = [str(number) for number in range(1, 256) if number not in taken][:5]
                    problems.append(
                        declared.problem(
                            "virtual-router-taken",
                            path,
                            f"virtual router {virtual_router.number} is taken in the segment "
                            f"{other.segment} by {stack.place(place)}",
                            "each number once in a segment",
                            f"Free: {', '.join(free)}",
                        )
                    )
            seen.append((virtual_router, declared, path))
    return problems


def _misplaced(declared: Declared[Stack]) -> Iterator[Problem]:
    for index, pool in enumerate(declared.value.pools):
        if pool.keepalived and pool.role != "router":
            yield declared.problem(
                "moving-addresses",
                ("pools", index, "keepalived"),
                f"pool '{pool.name}' has no routers for a virtual address",
                "a pool with role: router",
            )
