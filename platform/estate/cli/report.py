"""How problems read on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rich.console import Console
from rich.text import Text

from estate.declare import Problem
from estate.declare.models.values import Zone
from estate.plan import Plan
from estate.plan.exceptions import expiring


def print_problems(problems: Sequence[Problem], console: Console) -> None:
    """Each problem with its place, what was found, what is allowed and the fix, then a count."""
    for problem in problems:
        console.print(
            Text.assemble(
                (str(problem.source), "bold"),
                f"  {problem.key_path}" if problem.key_path else "",
                (f"  [{problem.code}]", "dim"),
            ),
            soft_wrap=True,
        )
        console.print(Text(f"    {problem.found}", "red"), soft_wrap=True)
        if problem.allowed:
            console.print(Text(f"    allowed: {problem.allowed}"), soft_wrap=True)
        if problem.hint:
            console.print(Text(f"    {problem.hint}", "green"), soft_wrap=True)
    files = len({problem.source.file for problem in problems})
    count = len(problems)
    console.print(
        f"{count} problem{'s' if count != 1 else ''} in {files} file{'s' if files != 1 else ''}.",
        highlight=False,
    )


def print_summary(plans: Mapping[Zone, Plan], today: date, console: Console) -> None:
    """What there is, in one line; then each exception that ends soon."""
    counts = ", ".join(
        f"{zone}: {len(plan.tenants)} tenants, {len(plan.apps)} apps, "
        f"{sum(len(pool.nodes) for pool in plan.pools)} nodes, {_exceptions(plan)}"
        for zone, plan in plans.items()
    )
    console.print(f"[green]No problems.[/] {counts}", highlight=False, soft_wrap=True)
    for zone, plan in plans.items():
        for one in expiring(plan.exceptions, today):
            days = (one.expires - today).days
            console.print(
                f"[yellow]Expires in {days} days:[/] the exception of {one.namespace} ({zone}) "
                f"from the rule {one.rule}; {one.owner} renews or removes it.",
                highlight=False,
                soft_wrap=True,
            )


def _exceptions(plan: Plan) -> str:
    count = len(plan.exceptions)
    return f"{count or 'no'} exception{'s' if count != 1 else ''}"
