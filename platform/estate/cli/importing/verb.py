"""`estate import`: declarations from what a site has."""

from __future__ import annotations

import click

from estate.cli.importing.apps import apps
from estate.cli.importing.compose import compose
from estate.cli.importing.f5 import f5
from estate.cli.importing.firewall import firewall
from estate.cli.importing.nodes import nodes


@click.group("import")
def import_from() -> None:
    """Write declarations from what a site has: nodes, apps, the F5, firewall rules.

    No existing file is changed. What cannot be carried over is listed with the reason; a cell
    or a key that stays empty is named by `estate check` until a person fills it in.
    """


for verb in (nodes, apps, compose, f5, firewall):
    import_from.add_command(verb)
