"""`estate import nodes`: a file of nodes from what a site has."""

from __future__ import annotations

from pathlib import Path

import click

from estate.cli import choices
from estate.cli.importing.options import pairs
from estate.cli.invocation import stop
from estate.cli.options import ROOT
from estate.reader.stacks import StackName


@click.command()
@ROOT
@choices.stack("The stack of the nodes.")
@click.option(
    "--pool",
    "pools",
    multiple=True,
    metavar="WHAT=POOL",
    help="A label (LABEL:VALUE, or LABEL whose value is the pool's name) or a group of the "
    "inventory, and the pool that it means. The first that fits counts.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="The table's own name of name, address, rack, size or pool.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
    show_default="nodes/<stack>.csv",
)
@click.argument("inventory", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def nodes(
    root: Path,
    stack: StackName,
    pools: tuple[str, ...],
    columns: tuple[str, ...],
    out: Path | None,
    inventory: Path,
) -> None:
    """Write nodes/<stack>.csv from INVENTORY.

    INVENTORY is what `kubectl get nodes -o json` prints, an Ansible inventory (INI, or *.yaml;
    kubespray's groups are known), or a table (*.csv, *.xlsx). Sizes come from the machines'
    processors and memory, held against estate:node_sizes of the stack file:

        kubectl get nodes -o json > nodes.json

        estate import nodes --stack dmz --pool example.com/team nodes.json

        estate import nodes --stack dmz --column name=Hostname --column address=IP hosts.xlsx
    """
    from estate.importing.machine import Unreadable
    from estate.importing.nodes import imported, known_of, machines
    from estate.importing.tables import FIELDS, written

    named = pairs(columns, "--column", "FIELD=COLUMN")
    if unknown := sorted(set(named) - set(FIELDS)):
        stop(f"--column: unknown field '{unknown[0]}'. Allowed: {', '.join(FIELDS)}")
    file = root / stack.file
    try:
        known = known_of(file)
    except Unreadable as why:
        stop(f"{file}: {why}")
    try:
        found = imported(
            machines(inventory, named), known, pairs(pools, "--pool", "WHAT=POOL", label=True)
        )
    except Unreadable as why:
        stop(f"{inventory}: {why}")
    target = out or root / "nodes" / f"{stack}.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as handle:
            handle.write(written(found.rows))
    except FileExistsError:
        stop(f"{target} exists, and an import changes no file: name another with --out")
    for line in found.left:
        click.echo(line)
    click.echo(
        f"{target}: {len(found.rows)} nodes. Not carried over: {len(found.left)}. "
        "Next: take estate:nodes out of the stack file, then `estate check`."
    )
