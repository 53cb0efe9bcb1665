"""`estate import compose`: apps from a compose file."""

from __future__ import annotations

from pathlib import Path

import click

from estate.cli.importing.app_files import TENANT, declared_site, write_apps
from estate.cli.invocation import stop
from estate.cli.options import JSON, ROOT
from estate.reader.values import ZONES, Zone


@click.command()
@ROOT
@click.option("--stack", type=click.Choice(ZONES), required=True, help="The zone of the apps.")
@TENANT
@JSON
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def compose(root: Path, stack: Zone, tenant: str, as_json: bool, file: Path) -> None:
    """Write apps/<app>-<zone>.yaml for each service of FILE, a compose file.

    A service is of kind service, or stateful where it has a named volume: how users reach it is a
    person's choice. Variables take their defaults. Existing files stay; what has no key is listed:

        estate import compose --stack dmz --tenant life compose.yaml
    """
    from estate.importing.compose import apps_of_compose
    from estate.importing.machine import Unreadable

    site = declared_site(root, stack, tenant)
    try:
        found = apps_of_compose(file, site)
    except Unreadable as why:
        stop(str(why))
    write_apps(root, stack, found, as_json=as_json)
