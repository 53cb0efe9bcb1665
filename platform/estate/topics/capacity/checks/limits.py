"""Refusals and notices where an estate grows into a limit of a program, with the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from estate.declarations.stack import Stack
from estate.plan import Plan
from estate.reader.problems import Declared, Problem
from estate.reader.values import Zone
from estate.topics.capacity.plan.limit_counts import Use, uses


@dataclass(frozen=True)
class Reckoned:
    """What was found, of both zones."""

    problems: tuple[Problem, ...] = ()
    """Past a limit behind which something breaks."""
    notices: tuple[Problem, ...] = ()
    """Near a limit, or past one behind which something is slower: what was applied stays right."""


def check_limits(stacks: Mapping[Zone, Declared[Stack]], plans: Mapping[Zone, Plan]) -> Reckoned:
    """Holds what the plans have against :data:`~estate.topics.capacity.plan.limits.LIMITS`."""
    problems: list[Problem] = []
    notices: list[Problem] = []
    for zone, plan in plans.items():
        for use in uses(plan):
            if use.past and use.limit.refused:
                problems.append(
                    stacks[zone].problem(
                        "past-limit", use.path, _found(use), _allowed(use), use.hint
                    )
                )
            elif use.near:
                notices.append(
                    stacks[zone].problem(
                        "near-limit", use.path, _found(use), _allowed(use), use.hint
                    )
                )
    return Reckoned(tuple(problems), tuple(notices))


def _found(use: Use) -> str:
    share = 100 * use.count // use.most if use.most else 0
    return f"{use.count:,} {use.limit.what}, {share} % of {use.most or 0:,} ({use.reckoning})"


def _allowed(use: Use) -> str:
    limit = use.limit
    own = f" ({limit.key})" if limit.key and limit.value != use.most else ""
    return f"at most {use.most or 0:,}{own}; past that {limit.past}"
