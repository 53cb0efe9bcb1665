"""Options that several verbs have."""

from __future__ import annotations

from pathlib import Path

import click

from estate.reader.values import ZONES

ROOT = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="Folder with Pulumi.<stack>.yaml, tenants/ and apps/.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read.")
STACK = click.option("--stack", type=click.Choice(ZONES), required=True, help="The port's zone.")
