"""`estate nodes`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
from rich.console import Console

from estate.cli.invocation import derived_from, stop
from estate.cli.options import JSON, ROOT
from estate.cli.report import print_node_differences
from estate.reader.values import ZONES, Zone

if TYPE_CHECKING:
    pass


@click.command()
@ROOT
@click.option(
    "--stack", type=click.Choice(ZONES), required=True, help="The stack with the inventory."
)
@click.argument("live", type=click.File("rb"), default="-")
@JSON
def nodes(root: Path, stack: Zone, live: BinaryIO, as_json: bool) -> None:
    """Compare a cluster's nodes with the inventory.

    LIVE is what `kubectl get nodes -o json` prints, from a file or standard input:

        kubectl --context dmz get nodes -o json | estate nodes --stack dmz

    Every node that differs in address, pool label, taints or room for pods is listed with the
    remedy; exit code 1 when there is any. Nothing is written to the cluster.
    """
    from estate.proof.live_nodes import LiveNodes
    from estate.proof.node_differences import node_differences

    plan = derived_from(root).plans[stack]
    try:
        found = node_differences(plan, LiveNodes.model_validate_json(live.read()).items)
    except ValueError:
        stop("LIVE is not a list of nodes: pass the output of `kubectl get nodes -o json`")
    if as_json:
        click.echo(json.dumps({"differences": [asdict(one) for one in found]}, indent=2))
    else:
        print_node_differences(found, Console())
    sys.exit(1 if found else 0)
