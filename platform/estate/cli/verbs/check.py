"""`estate check`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from estate.cli import invocation
from estate.cli.notices import notices, print_notices
from estate.cli.options import JSON, ROOT, against
from estate.cli.report import (
    print_near_limits,
    print_problems,
    print_summary,
    print_transitions,
)
from estate.whole import whole

if TYPE_CHECKING:
    from estate.changes.transitions.finding import Finding


@click.command()
@ROOT
@against(required=False)
@JSON
def check(root: Path, against: str | None, as_json: bool) -> None:
    """Check all declarations of all stacks.

    Every problem is listed with file, line and column, what is allowed, and the fix. Exit code 1
    when there is any. Needs no cluster and no Pulumi engine.

    With --against, also what the change from there runs into on a running cluster: what restarts,
    what is made anew, what cannot work. Exit code 1 for the last, with the steps that do.
    """
    today = invocation.today()
    estate = whole(root, today)
    noticed = tuple(
        dict.fromkeys(one for loaded in estate.loaded.values() for one in notices(loaded))
    )
    problems = [one.as_json() for one in estate.problems]
    found: tuple[Finding, ...] = ()
    if against and not problems:
        from estate.cli.diff import compared

        found = compared(root, against, estate).change.transitions
    if as_json:
        near = [one.as_json() for one in estate.notices]
        more = {"transitions": [asdict(one) for one in found]} if against else {}
        listed = {"problems": problems, "notices": noticed, "near_limits": near, **more}
        click.echo(json.dumps(listed, indent=2))
    elif problems:
        print_problems(estate.problems, Console())
    else:
        plans = [one for derived in estate.derived.values() for one in derived.plans.values()]
        print_summary(plans, today, Console())
        print_notices(noticed, Console())
        print_near_limits(estate.notices, Console())
        print_transitions(found, Console())
    sys.exit(1 if problems or any(finding.effect == "refused" for finding in found) else 0)
