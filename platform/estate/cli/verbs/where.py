"""`estate where`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from estate.cli.invocation import stop, whole_of
from estate.cli.options import JSON, ROOT


@click.command("where")
@ROOT
@click.argument("what")
@JSON
def where_is(root: Path, what: str, as_json: bool) -> None:
    """Show whose WHAT is, who may reach it, and what mentions it.

    WHAT is an address, with a port or without, a host name, a node port, a node, a serial number,
    or any other word of the declarations:

        estate where 10.10.0.21:443
        estate where 30010

    Listed by stack: the owner, the declared flows that begin or end there, the documents for other
    teams with their lines, and the objects. Exit code 1 where nothing mentions it.
    """
    from estate.cli.where import answers_data, declared_in, print_answers, sought, where

    estate = whole_of(root)
    read = sought(what)
    declared = list(declared_in(root, read))
    found = [
        answer
        for environment, derived in estate.derived.items()
        for answer in where(estate.loaded[environment], derived.plans, read)
    ]
    if as_json:
        click.echo(json.dumps(answers_data(declared, found), indent=2))
    elif declared or found:
        print_answers(declared, found, Console())
    else:
        stop(f"Nothing that is declared or emitted mentions '{what}'.")
    sys.exit(0 if declared or found else 1)
