"""`estate capacity`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from estate.cli import choices
from estate.cli.invocation import stop
from estate.cli.options import ROOT
from estate.cli.report import print_problems
from estate.declarations.load import load
from estate.derivation import derive
from estate.reader.stacks import Environment


@click.command()
@ROOT
@choices.FIRST
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write nodes.csv and the diff of every document to this folder.",
)
def capacity(root: Path, environment: Environment | None, out: Path | None) -> None:
    """Write the capacity request for pools that are too small.

    When `estate check` refuses a pool because its apps would not survive the loss of a node, this
    lists how many nodes to order, of which size and in which racks, and how the documents of the
    load balancer, firewall, filer and node teams change with them.
    """
    from estate.cli.capacity import print_request, write_request
    from estate.proof.growth import capacity_request

    loaded = load(root, environment)
    try:
        request = capacity_request(loaded)
    except ValueError:
        print_problems(derive(loaded).problems, Console(stderr=True))
        stop("Correct these first: more nodes do not help.")
    if out is not None:
        try:
            write_request(request, out)
        except OSError as error:
            stop(f"{out}: cannot write here: {error.strerror}")
    print_request(request, out, Console())
    sys.exit(1 if request.hopeless else 0)
