"""Daemon sets that are declared by hand and come with a service anyway: counted once (X4)."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Problem
from estate.topics.nodes.plan.daemon_sets import brought


def check_daemon_sets(catalogue: Catalogue) -> list[Problem]:
    """A problem for each row that would be counted twice."""
    problems: list[Problem] = []
    for stack in catalogue.stacks.values():
        names = [daemon_set.name for daemon_set in stack.value.daemon_sets]
        for name in sorted({*names} & brought(stack.value).keys()):
            problems.append(
                stack.problem(
                    "daemon-set-again",
                    ("daemon_sets", names.index(name), "name"),
                    f"'{name}' is counted already: a service of the platform's brings it",
                    "daemon sets that no service of the platform brings",
                    "Take the row away",
                )
            )
    return problems
