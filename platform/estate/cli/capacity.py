"""How a capacity request reads: on a terminal, and as files for those who provide nodes."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from estate.documents.document import csv_text
from estate.proof.growth import CapacityRequest

COLUMNS = ("zone", "pool", "node", "address", "rack", "size", "why")


def write_request(request: CapacityRequest, out: Path) -> None:
    """``nodes.csv``, and ``<zone>/<document>.diff`` for every document that changes.

    Raises OSError where ``out`` cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows = (
        {
            "zone": node.zone,
            "pool": node.node.pool,
            "node": node.node.name,
            "address": str(node.node.address),
            "rack": node.node.rack,
            "size": node.node.size,
            "why": node.why,
        }
        for node in request.nodes
    )
    (out / "nodes.csv").write_text(csv_text(COLUMNS, rows), encoding="utf-8", newline="\n")
    for delta in request.deltas:
        path = out / delta.zone / f"{delta.document}.diff"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(delta.diff, encoding="utf-8", newline="\n")


def print_request(request: CapacityRequest, out: Path | None, console: Console) -> None:
    """Which nodes to apply for and why, and which documents change with them."""
    pools = dict.fromkeys((one.zone, one.node.pool) for one in request.nodes)
    for zone, pool in pools:
        nodes = [one for one in request.nodes if (one.zone, one.node.pool) == (zone, pool)]
        what = f"{len(nodes)} node{'s' if len(nodes) != 1 else ''} for pool {pool} of zone {zone}"
        console.print(Text(what, "bold"), soft_wrap=True)
        console.print(Text(f"    {nodes[0].why}", "red"), soft_wrap=True)
        for one in nodes:
            node = one.node
            console.print(
                f"    {node.name}: size {node.size}, {node.rack}, {node.address} (proposed)",
                highlight=False,
                soft_wrap=True,
            )
    for problem in request.hopeless:
        console.print(Text(f"{problem.source}: no number of such nodes is enough", "bold"))
        console.print(Text(f"    {problem.found}", "red"), soft_wrap=True)
        console.print(Text(f"    {problem.hint}", "green"), soft_wrap=True)
    if request.deltas:
        console.print("Documents that change once they stand:", highlight=False)
        for delta in request.deltas:
            lines = delta.diff.splitlines()
            came = sum(line.startswith("+") for line in lines) - 1
            went = sum(line.startswith("-") for line in lines) - 1
            console.print(
                f"    {delta.zone}/{delta.document}: +{came} -{went} lines", highlight=False
            )
    if out is not None:
        console.print(f"Written to {out}", highlight=False, soft_wrap=True)
    if not request.nodes and not request.hopeless:
        console.print("[green]Everything declared fits; no node has to be ordered.[/]")
