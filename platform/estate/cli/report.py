"""How problems read on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from estate.cli.sentences import counted
from estate.plan import Plan
from estate.reader.problems import Problem
from estate.topics.admission.plan import ExceptionsPlan
from estate.topics.admission.plan.exceptions import expiring
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.readable_secrets import readable_secrets
from estate.topics.capacity.plan.limit_counts import health_checks
from estate.topics.nodes.plan import NodesPlan
from estate.topics.tenancy.plan import TenancyPlan

if TYPE_CHECKING:  # a check needs none of them
    from estate.changes.transitions.finding import Effect, Finding
    from estate.cli.explain import Explanation


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
        f"{counted(count, 'problem')} in {counted(files, 'file')}.",
        highlight=False,
    )


def print_summary(plans: Sequence[Plan], today: date, console: Console) -> None:
    """What there is, in one line; then what the exception register opens, and what ends soon."""
    counts = ", ".join(
        f"{plan.stack}: {len(plan.of(TenancyPlan).tenants)} tenants, "
        f"{len(plan.of(AppsPlan).apps)} apps, "
        f"{sum(len(pool.nodes) for pool in plan.of(NodesPlan).pools)} nodes, "
        f"{counted(len(plan.of(ExceptionsPlan).exceptions), 'exception')}"
        for plan in plans
    )
    console.print(f"[green]No problems.[/] {counts}", highlight=False, soft_wrap=True)
    for plan in plans:
        zone = plan.stack
        for use in health_checks(plan):
            console.print(
                f"Health in {zone}: {use.count} checks a second; {use.reckoning}.",
                highlight=False,
                soft_wrap=True,
            )
        if plan.of(ExceptionsPlan).exceptions:
            opened = ", ".join(
                f"{exception.rule} in {exception.namespace} until {exception.expires}"
                for exception in plan.of(ExceptionsPlan).exceptions
            )
            console.print(f"[yellow]Open in {zone}:[/] {opened}.", highlight=False, soft_wrap=True)
        for router, app, namespace in readable_secrets(plan):
            console.print(
                f"[yellow]Open in {zone}:[/] {router} reads the secrets of {app}, which it does not"
                f" publish, since it publishes another app of {namespace}. A namespace of its own "
                f"for {app} closes that.",
                highlight=False,
                soft_wrap=True,
            )
        for exception in expiring(plan.of(ExceptionsPlan).exceptions, today):
            days = (exception.expires - today).days
            console.print(
                f"[yellow]Expires in {days} days:[/] the exception of {exception.namespace} "
                f"({zone}) from the rule {exception.rule}; "
                f"{exception.owner} renews or removes it.",
                highlight=False,
                soft_wrap=True,
            )


def print_near_limits(notices: Sequence[Problem], console: Console) -> None:
    """What is near a limit: right today, and worth a plan."""
    for notice in notices:
        console.print(
            f"[yellow]Near a limit:[/] {notice.source} {notice.key_path}: {notice.found}. "
            f"Allowed: {notice.allowed}.{f' {notice.hint}.' if notice.hint else ''}",
            highlight=False,
            soft_wrap=True,
        )


_COLOURS: dict[Effect, str] = {
    "refused": "red",
    "replaced": "yellow",
    "restarts": "cyan",
    "notice": "yellow",
}


def print_transitions(found: Sequence[Finding], console: Console) -> None:
    """What a change runs into on a running cluster, the worst first, with what to do instead."""
    for finding in found:
        console.print(
            Text.assemble(
                (f"{finding.effect.capitalize()}", _COLOURS[finding.effect]),
                f"  {finding.zone}: {finding.what}",
                (f"  [{finding.code}]", "dim"),
            ),
            soft_wrap=True,
        )
        console.print(Text(f"    {finding.found}"), soft_wrap=True)
        for number, step in enumerate(finding.steps, 1):
            console.print(Text(f"    {number}. {step}", "green"), soft_wrap=True)
    refused = sum(finding.effect == "refused" for finding in found)
    if refused:
        console.print(f"{counted(refused, 'thing')} cannot work.", highlight=False)


def print_explanations(explanations: Sequence[Explanation], console: Console) -> None:
    """Headings with sentences under them."""
    for number, explanation in enumerate(explanations):
        console.print(
            Text(f"{'' if number == 0 else chr(10)}{explanation.title}", "bold underline")
        )
        for chapter in explanation.chapters:
            console.print(Text(f"\n{chapter.title}", "bold"))
            for line in chapter.lines:
                console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
