"""`estate prove`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console

from estate.cli import choices
from estate.cli.invocation import stop, whole_of
from estate.cli.options import JSON, ROOT
from estate.cli.report import print_problems
from estate.reader.stacks import Environment

if TYPE_CHECKING:  # what the proof imports is slow to import
    from estate.proof.engine.trail import Trail


@click.command()
@ROOT
@choices.environment("Of this environment; the default is all.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write the report to this folder: access matrix, verdicts, losses, risks.",
)
@click.option("--show", help="Print the flows that contain this text, hop by hop.")
@JSON
def prove(
    root: Path,
    environment: Environment | None,
    out: Path | None,
    show: str | None,
    as_json: bool,
) -> None:
    """Prove that every declared flow is complete and nothing else is open.

    The proof follows each flow hop by hop through what is emitted: manifests, AS3, firewall rows,
    export lists. Then it compares everything that is open with the flows, and with what the other
    environments have. Exit code 1 with a problem for each flow that breaks off, each opening that
    no flow needs and each that leads from one environment to another; docs/prove.md explains the
    report.
    """
    from estate.cli.prove import print_between, print_proof, write_report
    from estate.proof.between import between, placed
    from estate.proof.prove import prove_plans
    from estate.proof.report import report_data

    estate = whole_of(root)
    proofs = {
        of: prove_plans(derived.plans, estate.loaded[of])
        for of, derived in estate.derived.items()
        if environment in (None, of)
    }
    several = len(proofs) > 1
    held = {
        of: between(estate, of, proof) if len(estate.derived) > 1 else None
        for of, proof in proofs.items()
    }
    if out is not None:
        try:
            for of, proof in proofs.items():
                write_report(proof, out / of.name if several else out, held[of])
        except OSError as error:
            stop(f"{out}: cannot write here: {error.strerror}")
    problems = [one for of, proof in proofs.items() for one in placed(of, proof.problems)]
    problems += [one for found in held.values() if found for one in found.problems]
    if as_json:
        data = {of.name: report_data(proof, held[of]) for of, proof in proofs.items()}
        (only, *_) = data.values()
        click.echo(json.dumps({"environments": data} if several else only, indent=2))
        sys.exit(1 if problems else 0)
    if show is not None:
        _show([one for proof in proofs.values() for one in proof.trails], show)
    for of, proof in proofs.items():
        if several:
            Console().print(f"[bold]{of.name}[/]")
        print_proof(proof, Console())
        print_between(held[of], Console())
    if problems:
        print_problems(problems, Console())
    sys.exit(1 if problems else 0)


def _show(trails: list[Trail], text: str) -> NoReturn:
    """The flows that contain a text; exit code 1 where one of them breaks off."""
    from estate.cli.prove import print_trail

    found = [one for one in trails if text in f"{one.view.zone}: {one.flow.text}"]
    for trail in found:
        print_trail(trail, Console())
    if not found:
        stop(f"No declared flow contains '{text}'.")
    sys.exit(1 if any(one.problems for one in found) else 0)
