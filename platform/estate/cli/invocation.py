"""What verbs share: the day, the plans of a folder, an end with a message."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from estate.cli.report import print_problems
from estate.declarations.load import load
from estate.derivation import Derived, derive_on


def derived_from(root: Path) -> Derived:
    """The plans of the declarations under ``root``; with any problem it ends instead."""
    found = derive_on(load(root), today())
    if found.problems:
        print_problems(found.problems, Console(stderr=True))
        sys.exit(1)
    return found


def today() -> date:
    """The clock of this edge; nothing below it has one."""
    return datetime.now(UTC).date()


def stop(message: str) -> NoReturn:
    """Ends with code 1 and one sentence."""
    click.echo(message, err=True)
    sys.exit(1)
