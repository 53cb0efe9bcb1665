"""`estate list`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from estate.cli import choices
from estate.cli.aligned import aligned
from estate.cli.invocation import stop, whole_of
from estate.cli.options import JSON, ROOT
from estate.reader.problems import did_you_mean
from estate.reader.stacks import StackName

if TYPE_CHECKING:  # the plan's parts are slow to import
    from estate.cli.listing.model import Listing, Stack


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from estate.cli.listing.table import LISTINGS

    return [
        CompletionItem(one.name, help=one.what)
        for one in LISTINGS
        if one.name.startswith(incomplete)
    ]


@click.command("list")
@ROOT
@click.option("--stack", type=choices.STACK, help="Of this stack; the default is all.")
@JSON
@click.argument("what", required=False, shell_complete=_complete)
def list_what(root: Path, stack: StackName | None, as_json: bool, what: str | None) -> None:
    """List WHAT the estate has: apps, tenants, pools, nodes, databases and more.

    One row for each, with its stack first. Without WHAT: what can be listed, with the number of
    rows.

    \b
        estate list
        estate list apps --stack dmz
        estate list firewall-rows --json
    """
    from estate.cli.listing.table import LISTINGS, stacks_of

    found = [one for one in LISTINGS if what in (None, one.name)]
    if not found:
        names = [one.name for one in LISTINGS]
        hint = did_you_mean(what or "", names)
        stop(f"There is no list of '{what}'. {hint or 'Known: ' + ', '.join(names)}")
    stacks = [one for one in stacks_of(whole_of(root)) if stack in (None, one.plan.stack)]
    if what is None:
        _print_all(found, stacks, as_json)
    else:
        _print_one(found[0], stacks, as_json)


def _print_all(found: list[Listing], stacks: list[Stack], as_json: bool) -> None:
    counts = {one: [len([*one.rows(stack)]) for stack in stacks] for one in found}
    if as_json:
        rows: list[dict[str, Any]] = [
            {"stack": stack.name, "list": one.name, "rows": count}
            for one in found
            for stack, count in zip(stacks, counts[one], strict=True)
        ]
        click.echo(json.dumps({"lists": rows}, indent=2))
        return
    table = [["list", *(stack.name for stack in stacks), ""]]
    table += [[one.name, *map(str, counts[one]), one.what] for one in found]
    for line in aligned(table):
        click.echo(line)


def _print_one(one: Listing, stacks: list[Stack], as_json: bool) -> None:
    from estate.cli.listing.model import heading, text

    rows = [(stack.name, row) for stack in stacks for row in one.rows(stack)]
    if as_json:
        data = [{"stack": name, **{key: row[key] for key in one.columns}} for name, row in rows]
        click.echo(json.dumps({one.name.replace("-", "_"): data}, indent=2))
        return
    table = [["stack", *map(heading, one.columns)]]
    table += [[name, *(text(row[key]) for key in one.columns)] for name, row in rows]
    for line in aligned(table):
        click.echo(line)
