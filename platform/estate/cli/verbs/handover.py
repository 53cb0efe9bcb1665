"""`estate handover`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from estate.cli import choices
from estate.cli.invocation import plan_of, stop
from estate.cli.options import ROOT
from estate.reader.stacks import StackName


@click.command()
@ROOT
@choices.stack("The stack whose documents to write.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write to; only files of an earlier handover are overwritten.",
)
def handover(root: Path, stack: StackName, out: Path) -> None:
    """Write the documents with their secrets, for those who install them.

    What `render` shows as ${secret:NAME} is filled: from the stack's secret output, for which the
    stack must be applied and its passphrase known, and from what estate:bootstrap names. Files
    that hold a secret can be read by their owner alone. Values are printed nowhere.
    """
    from estate.cli.handover import Missing, hand_over

    try:
        written, secret = hand_over(plan_of(root, stack), root, out)
    except Missing as missing:
        stop(str(missing))
    except OSError as error:
        stop(f"{out}: cannot write here: {error.strerror}")
    Console().print(
        f"{len(written)} files in {out}, of which {len(secret)} hold secrets: "
        f"{', '.join(secret) or 'none'}",
        highlight=False,
        soft_wrap=True,
    )
