"""Options that several verbs have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

ROOT = click.option(
    "--root",
    is_eager=True,  # which stacks there are follows from it
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="Folder with Pulumi.<stack>.yaml, tenants/ and apps/.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read.")


def against(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option that names the baseline."""
    return click.option(
        "--against",
        required=required,
        metavar="REVISION|FOLDER",
        help="The baseline: a git revision, rendered by that revision's own program, or a folder "
        "that was handed over, with dmz/ and intranet/ as `estate render` writes them.",
    )


AGAINST = against(required=True)
OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write each team's documents to this folder.",
)
