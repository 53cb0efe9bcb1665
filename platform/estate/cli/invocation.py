"""What verbs share: the day, the plans of a folder, an end with a message."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from estate.cli.report import print_problems
from estate.derivation import Derived
from estate.plan import Plan
from estate.reader.stacks import Environment, StackName
from estate.whole import Whole, whole


def whole_of(root: Path) -> Whole:
    """All environments of the estate under ``root``; with any problem it ends instead."""
    found = whole(root, today())
    if found.problems:
        print_problems(found.problems, Console(stderr=True))
        sys.exit(1)
    return found


def derived_from(root: Path, environment: Environment | None = None) -> Derived:
    """The plans of an environment, or the first; with any problem of the estate it ends instead."""
    found = whole_of(root)
    return found.derived[environment or found.environments.first]


def plan_of(root: Path, stack: StackName) -> Plan:
    """The plan of a stack; with any problem of the estate it ends instead."""
    return derived_from(root, stack.environment).plans[stack.zone]


def plans_of(root: Path, environment: Environment | None) -> list[Plan]:
    """The plans of an environment, or of all; with any problem of the estate it ends instead."""
    derived = whole_of(root).derived
    return [
        plan
        for of, one in derived.items()
        if environment in (None, of)
        for plan in one.plans.values()
    ]


def today() -> date:
    """The clock of this edge; nothing below it has one."""
    return datetime.now(UTC).date()


def stop(message: str) -> NoReturn:
    """Ends with code 1 and one sentence."""
    click.echo(message, err=True)
    sys.exit(1)
