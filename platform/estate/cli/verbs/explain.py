"""`estate explain`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from estate.cli import choices
from estate.cli.invocation import plans_of, stop
from estate.cli.options import ROOT
from estate.cli.report import print_explanations
from estate.reader.problems import did_you_mean
from estate.reader.stacks import Environment


@click.command("explain")
@ROOT
@choices.environment("In this environment; the default is all.")
@click.argument("name")
def explain_name(root: Path, environment: Environment | None, name: str) -> None:
    """Explain what the tenant or app NAME becomes.

    In each environment and zone where it is declared: its objects, who may do what, the nodes it
    runs on, who reaches it and what it reaches, and the documents for other teams that name it.
    """
    from estate.cli.explain import explain, names
    from estate.composition import compose

    compositions = [compose(plan) for plan in plans_of(root, environment)]
    found = [one for composition in compositions for one in explain(composition, name)]
    if not found:
        known = sorted({one for composition in compositions for one in names(composition)})
        hint = did_you_mean(name, known)
        stop(f"There is no tenant and no app '{name}'. {hint or 'Known: ' + ', '.join(known)}")
    print_explanations(found, Console())
