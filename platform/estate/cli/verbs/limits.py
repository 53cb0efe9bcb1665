"""`estate limits`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from estate.cli import choices
from estate.cli.invocation import plans_of
from estate.cli.options import JSON, ROOT
from estate.reader.stacks import Environment


@click.command()
@ROOT
@choices.environment("Of this environment; the default is all.")
@JSON
@click.option("--markdown", is_flag=True, help="Print the table of all limits: docs/limits.md.")
def limits(root: Path, environment: Environment | None, as_json: bool, markdown: bool) -> None:
    """Show how far all stacks are from the limits of the programs that they run.

    Each number with how it comes about, the nearest to its limit first. `check` gives notice from
    80 % on and refuses what is past a limit behind which something breaks; this counts what is
    emitted as well, with exit code 1. docs/limits.md has all limits with their sources.
    """
    from estate.cli.limits import all_uses, print_uses, table, uses_data

    if markdown:
        click.echo(table(), nl=False)
        return
    found = all_uses(plans_of(root, environment))
    if as_json:
        click.echo(json.dumps({"limits": uses_data(found)}, indent=2))
    else:
        print_uses(found, Console())
    past = [use for of_zone in found.values() for use in of_zone if use.past and use.limit.refused]
    sys.exit(1 if past else 0)
