"""`estate prove`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from estate.cli import invocation
from estate.cli.invocation import stop
from estate.cli.options import JSON, ROOT
from estate.cli.report import print_problems
from estate.declarations.load import load
from estate.derivation import derive_on


@click.command()
@ROOT
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write the report to this folder: access matrix, verdicts, losses, risks.",
)
@click.option("--show", help="Print the flows that contain this text, hop by hop.")
@JSON
def prove(root: Path, out: Path | None, show: str | None, as_json: bool) -> None:
    """Prove that every declared flow is complete and nothing else is open.

    The proof follows each flow hop by hop through what is emitted: manifests, AS3, firewall rows,
    export lists. Then it compares everything that is open with the flows. Exit code 1 with a
    problem for each flow that breaks off and each opening that no flow needs; docs/prove.md
    explains the report.
    """
    from estate.cli.prove import print_proof, print_trail, write_report
    from estate.proof.prove import prove_plans
    from estate.proof.report import report_data

    loaded = load(root)
    derived = derive_on(loaded, invocation.today())
    if derived.problems:
        print_problems(derived.problems, Console(stderr=True))
        sys.exit(1)
    proof = prove_plans(derived.plans, loaded)
    if out is not None:
        try:
            write_report(proof, out)
        except OSError as error:
            stop(f"{out}: cannot write here: {error.strerror}")
    if as_json:
        click.echo(json.dumps(report_data(proof), indent=2))
        sys.exit(1 if proof.problems else 0)
    if show is not None:
        found = [one for one in proof.trails if show in f"{one.view.zone}: {one.flow.text}"]
        for trail in found:
            print_trail(trail, Console())
        if not found:
            stop(f"No declared flow contains '{show}'.")
        sys.exit(1 if any(one.problems for one in found) else 0)
    print_proof(proof, Console())
    if proof.problems:
        print_problems(proof.problems, Console())
    sys.exit(1 if proof.problems else 0)
