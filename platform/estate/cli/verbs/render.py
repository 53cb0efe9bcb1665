"""`estate render`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from estate.cli import choices
from estate.cli.invocation import plan_of, stop
from estate.cli.options import JSON, ROOT
from estate.reader.stacks import StackName


@click.command()
@ROOT
@choices.stack("The stack whose objects to write.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write to; files of an earlier render are replaced.",
)
@JSON
def render(root: Path, stack: StackName, out: Path, as_json: bool) -> None:
    """Write what a stack becomes: manifests as YAML, and the documents for other teams.

    Equal declarations give equal files, byte by byte, so that a diff of two renders is the change.
    Secrets are shown as placeholders: their values exist in the cluster and Pulumi's state only.
    """
    from estate.cli.render import render_stack
    from estate.composition import compose

    plan = plan_of(root, stack)
    try:
        written = render_stack(compose(plan), out)
    except OSError as error:
        stop(f"{out}: cannot write here: {error.strerror}")
    except ValueError as error:
        stop(str(error))
    if as_json:
        click.echo(json.dumps({"files": written}, indent=2))
    else:
        Console().print(f"{len(written)} files in {out}", highlight=False)
