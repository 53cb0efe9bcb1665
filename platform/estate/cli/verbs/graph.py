"""`estate graph`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from estate.cli import choices
from estate.cli.invocation import stop, whole_of
from estate.cli.options import ROOT
from estate.reader.problems import did_you_mean
from estate.reader.stacks import StackName

if TYPE_CHECKING:
    from estate.topics.apps.plan.model import AppPlan


@click.command()
@ROOT
@choices.stack("The stack to draw.")
@click.option("--tenant", help="The apps of this tenant; the default is all tenants, without apps.")
@click.option("--app", help="This app.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("mermaid", "svg")),
    default="mermaid",
    show_default=True,
    help="Text for pages on GitHub or GitLab, or a picture.",
)
def graph(
    root: Path,
    stack: StackName,
    tenant: str | None,
    app: str | None,
    form: Literal["mermaid", "svg"],
) -> None:
    """Draw the ways of connections: users, load balancers, nodes, apps, egress, servers.

    Read off the plan. Words beside an arrow are the firewalls and ports in between.

    \b
        estate graph --stack dmz
        estate graph --stack intranet --tenant claims
        estate graph --stack dmz --app quote --format svg > quote.svg
    """
    from estate.cli.graph.by_tenant import by_tenant
    from estate.cli.graph.mermaid import mermaid
    from estate.cli.graph.svg import svg
    from estate.cli.graph.ways import ways
    from estate.cli.listing.table import stacks_of
    from estate.topics.apps.plan import AppsPlan

    if app and tenant:
        stop("Name an app or a tenant, not both.")
    (one,) = (found for found in stacks_of(whole_of(root)) if found.plan.stack == stack)
    apps = one.plan.of(AppsPlan).apps
    _known("app", app, {each.name for each in apps}, stack)
    _known("tenant", tenant, {each.tenant for each in apps}, stack)

    def wanted(each: AppPlan) -> bool:
        return app in (None, each.name) and tenant in (None, each.tenant)

    found = ways(one, f"Ways of connections of {app or tenant or stack}", wanted)
    if not app and not tenant:
        found = by_tenant(found)
    click.echo(svg(found) if form == "svg" else mermaid(found), nl=False)


def _known(kind: str, name: str | None, names: set[str], stack: StackName) -> None:
    if name is not None and name not in names:
        hint = did_you_mean(name, sorted(names)) or f"Known: {', '.join(sorted(names))}"
        of = "app" if kind == "app" else "tenant with apps"
        stop(f"There is no {of} '{name}' in {stack}. {hint}")
