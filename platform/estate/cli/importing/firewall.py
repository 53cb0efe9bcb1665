"""`estate import firewall`: rules that exist, held against the rows that the estate derives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from estate.cli.importing.options import pairs
from estate.cli.invocation import derived_from, stop
from estate.cli.options import JSON, ROOT
from estate.cli.sentences import counted
from estate.reader.problems import did_you_mean
from estate.reader.values import ZONES, Zone

if TYPE_CHECKING:
    from estate.importing.firewall.comparison import Comparison
    from estate.plan import Plan

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@ROOT
@click.option(
    "--stack",
    type=click.Choice(ZONES),
    required=True,
    help="The stack whose rows are looked for: the one in which connections start.",
)
@click.option("--firewall", help="Which firewall the rules are of, by its name in the stack files.")
@click.option(
    "--objects",
    type=_EXISTING,
    help="A table of the objects that rules name: columns name and value, CSV or XLSX.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="The table's own name of id, firewall, action, enabled, source, destination, service, "
    "protocol or port; of the table of objects: object.name, object.kind, object.value.",
)
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="NAME=VALUE",
    help="A service that rules name, such as HTTPS=tcp-443.",
)
@JSON
@click.argument("rules", type=_EXISTING)
def firewall(
    root: Path,
    stack: Zone,
    firewall: str | None,
    objects: Path | None,
    columns: tuple[str, ...],
    services: tuple[str, ...],
    as_json: bool,
    rules: Path,
) -> None:
    """Show which rows of the estate RULES let through already, and which rules no row needs.

    RULES is a table of one firewall's rules in their order (*.csv, *.xlsx). A cell may hold
    several values: addresses, ranges, names of objects; tcp-443, 443/tcp, tcp/8000-8010:

        estate import firewall --stack dmz --firewall fw-outer --objects objects.csv rules.csv

        estate import firewall --stack dmz --firewall fw-outer --column source=Src \\
            --column destination=Dst --column port=DPort --column protocol=Proto export.xlsx

    A rule is needed where any stack has a row for it. No file is changed.
    """
    from estate.importing.firewall.comparison import compare
    from estate.importing.firewall.existing import (
        FIELDS,
        NEEDED,
        OBJECT_FIELDS,
        existing_rules,
    )
    from estate.importing.firewall.terms import objects_of, service_objects
    from estate.importing.machine import Unreadable
    from estate.importing.table import lines_of
    from estate.topics.firewall.documents.request import permitted

    named = pairs(columns, "--column", "FIELD=COLUMN")
    allowed = [*FIELDS, *(f"object.{field}" for field in OBJECT_FIELDS)]
    if unknown := sorted(set(named) - set(allowed)):
        stop(f"--column: unknown field '{unknown[0]}'. Allowed: {', '.join(allowed)}")
    plans = derived_from(root).plans
    chosen = _firewall(plans, stack, firewall)
    at = rules
    try:
        lines = lines_of(rules, FIELDS, _of(named, FIELDS), NEEDED)
        known = dict(service_objects(pairs(services, "--service", "NAME=VALUE")))
        if objects:
            at = objects
            inner = {key.removeprefix("object."): name for key, name in named.items()}
            own = _of({k: v for k, v in inner.items() if f"object.{k}" in named}, OBJECT_FIELDS)
            known |= objects_of(lines_of(objects, OBJECT_FIELDS, own, ("name", "value")))
    except Unreadable as why:
        stop(f"{at}: {why}")
    existing = existing_rules(lines, known, chosen)
    every = [
        one for plan in plans.values() for one in permitted(plan) if one.row.firewall == chosen
    ]
    own_rows = [one for one in permitted(plans[stack]) if one.row.firewall == chosen]
    found = compare(chosen, own_rows, every, existing.rules, existing.unread)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2))
    else:
        _print(found)


def _of(named: Mapping[str, str], fields: Mapping[str, object]) -> dict[str, str]:
    return {field: name for field, name in named.items() if field in fields}


def _firewall(plans: Mapping[Zone, Plan], stack: Zone, name: str | None) -> str:
    """The firewall that is meant; without a name, the only one that has rows of the stack."""
    from estate.topics.firewall.plan import FirewallPlan

    plan = plans[stack].of(FirewallPlan)
    names = [one.declared.name for one in plan.known]
    with_rows = sorted({row.firewall for row in plan.rows})
    if name is None:
        if len(with_rows) == 1:
            return with_rows[0]
        stop(f"--firewall: name the one that the rules are of: {', '.join(with_rows or names)}")
    if name not in names:
        hint = did_you_mean(name, names)
        stop(f"--firewall: no stack declares '{name}'. Allowed: {', '.join(names)}. {hint}")
    return name


def _print(found: Comparison) -> None:
    if found.missing:
        click.echo("Missing:")
    for one in found.missing:
        denied = f" (denied by {one.denied_by})" if one.denied_by else ""
        click.echo(f"  {one.id}: {one.source} to {one.destination}, {one.service}{denied}")
        click.echo(f"    {one.reason}")
    if found.unneeded:
        click.echo("Exist, and no row needs them:")
    for rule in found.unneeded:
        much = "all of it" if rule.whole else f"{rule.connections} of {rule.all} connections"
        click.echo(f"  {rule.rule}: {much}")
        for text in rule.examples:
            click.echo(f"    {text}")
        if rule.connections > len(rule.examples):
            click.echo(f"    and {rule.connections - len(rule.examples)} more")
    if found.unread:
        click.echo("Not compared:")
    for text in found.unread:
        click.echo(f"  {text}")
    rows = len(found.existing) + len(found.missing)
    click.echo(
        f"{found.firewall}: {len(found.existing)} of {counted(rows, 'row')} exist. "
        f"Missing: {len(found.missing)}. Rules with what no row needs: {len(found.unneeded)}. "
        f"Not compared: {len(found.unread)}."
    )
