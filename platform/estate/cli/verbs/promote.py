"""`estate promote`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from estate.cli import choices, invocation
from estate.cli.invocation import stop, whole_of
from estate.cli.options import JSON, ROOT
from estate.cli.report import print_problems
from estate.reader.stacks import Environment
from estate.reader.values import ZONES, Zone

if TYPE_CHECKING:
    from estate.authoring.promotion import Promotion
    from estate.whole import Whole


@click.command()
@ROOT
@click.option(
    "--from",
    "source",
    type=choices.ENVIRONMENT,
    metavar="NAME",
    required=True,
    help="The environment whose digests to take.",
)
@click.option(
    "--to",
    "wanted",
    type=choices.ENVIRONMENT,
    metavar="NAME",
    help="A later environment; the default is the next one.",
)
@click.option("--zone", type=click.Choice(ZONES), help="Of this zone; the default is both.")
@click.option("--digest", default="", help="This digest in place of the one declared now.")
@click.option("--untried", is_flag=True, help="Also a digest that the earlier one never declared.")
@click.option("--by", help="Who asks for it; the default is the user that git knows.")
@JSON
@click.argument("apps", nargs=-1, required=True)
def promote(
    root: Path,
    source: Environment,
    wanted: Environment | None,
    zone: Zone | None,
    digest: str,
    untried: bool,
    by: str | None,
    as_json: bool,
    apps: tuple[str, ...],
) -> None:
    """Write the digests of APPS from an earlier environment into a later one's declarations.

    One line of each app's file changes; comments stay. What changes is printed, with who asked.
    Nothing is written if `estate check` would then find a problem. A digest that the earlier
    environment neither declares nor, by git's history, ever declared is refused without --untried.
    """
    from estate.authoring.promotion import later, promoted
    from estate.authoring.values import Mistake
    from estate.authoring.writing import problems_with, write
    from estate.cli.tried import asked_by

    estate = whole_of(root)
    try:
        target = later(estate, source, wanted)
        found = _changes(root, estate, apps, zone, source, target, digest, untried)
        texts: dict[str, str] = {}
        for change in found:
            text = texts.get(change.file) or (root / change.file).read_text(encoding="utf-8")
            texts[change.file] = promoted(text, change)
        if wrong := problems_with(root, texts, invocation.today()):
            print_problems(wrong, Console(stderr=True))
            stop("Nothing was written: the promotion would have these problems.")
        write(root, texts)
    except Mistake as mistake:
        stop(str(mistake))
    who = by or asked_by(root)
    if as_json:
        rows = [
            {**asdict(change), "source": source.name, "target": target.name, "asked_by": who}
            for change in found
        ]
        click.echo(json.dumps({"promotions": rows}, indent=2))
        return
    for change in found:
        click.echo(change.text)
    if not found:
        click.echo(f"Nothing to do: {target.name} has these digests already.")
        return
    click.echo(f"Asked by {who}. Commit the change for review.")


def _changes(
    root: Path,
    estate: Whole,
    apps: tuple[str, ...],
    zone: Zone | None,
    source: Environment,
    target: Environment,
    digest: str,
    untried: bool,
) -> list[Promotion]:
    from estate.authoring.promotion import promotion, zones_of
    from estate.authoring.values import Mistake
    from estate.cli.tried import was_declared

    found: list[Promotion] = []
    for name in apps:
        zones: list[Zone] = [zone] if zone else zones_of(estate, name, source, target)
        for where in zones:
            change = promotion(estate, name, where, source, target, digest)
            if change is None:
                continue
            if digest and not untried and not was_declared(root, change):
                raise Mistake(
                    f"{digest} of '{name}' was never declared in {source.name}. Declare it there "
                    "first, or say --untried."
                )
            found.append(change)
    return found
