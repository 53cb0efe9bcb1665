"""`estate diff` and `estate change`: both compare with a baseline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from estate.cli.invocation import stop, whole_of
from estate.cli.options import AGAINST, JSON, OUT, ROOT
from estate.cli.report import print_transitions

if TYPE_CHECKING:
    from estate.cli.diff import Compared


@click.command()
@ROOT
@AGAINST
@OUT
def diff(root: Path, against: str, out: Path | None) -> None:
    """Show how the documents of all stacks differ from a baseline.

    Beside the lines: which partitions, applications and objects of the F5 come, change or go, and
    which firewall rows. With --out, the diff of every document, firewall/change.csv (.json, .xlsx)
    and f5/as3-change.json, which names every partition that differs and one that vanished as an
    empty tenant: AS3 leaves alone what a declaration does not mention.
    """
    from estate.cli.diff import compared, print_diff

    found = compared(root, against, whole_of(root))
    _write_change(found, out)
    print_diff(found, Console())
    print_transitions(found.change.transitions, Console())


@click.command()
@ROOT
@AGAINST
@OUT
@JSON
def change(root: Path, against: str, out: Path | None, as_json: bool) -> None:
    """List each team's steps for this change, in order.

    One change set over all documents and stacks: what is added is opened from the far end (the
    firewall first, names last), what goes is closed in the reverse order. Printed as Markdown;
    --out writes change.md, change.json and all that `estate diff` writes. Before the steps stands
    what the change runs into on a running cluster; exit code 1 when some of it cannot work.
    """
    from estate.changes.change_set import as_json as change_as_json
    from estate.changes.sheet import as_markdown
    from estate.cli.diff import compared

    found = compared(root, against, whole_of(root))
    _write_change(found, out)
    click.echo(change_as_json(found.change) if as_json else as_markdown(found.change), nl=False)
    sys.exit(1 if found.change.refused else 0)


def _write_change(found: Compared, out: Path | None) -> None:
    from estate.cli.diff import write_change

    if out is None:
        return
    try:
        write_change(found, out)
    except OSError as error:
        stop(f"{out}: cannot write here: {error.strerror}")
    except ValueError as error:
        stop(str(error))
