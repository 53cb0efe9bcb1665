"""`estate schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from estate.cli.invocation import stop


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write stack.json, tenant.json and app.json here instead of printing them.",
)
def schema(out: Path | None) -> None:
    """Print the JSON Schema of the declarations, for editors.

    The shipped files name their schema in the first line; an editor with a YAML language server
    then completes keys and marks mistakes while one types.
    """
    from estate.declarations.schema import schemas, write_schemas

    if out is None:
        click.echo(json.dumps(schemas(), indent=2, ensure_ascii=False))
        return
    try:
        written = write_schemas(out)
    except OSError as error:
        stop(f"{out}: cannot write here: {error.strerror}")
    Console().print(f"{len(written)} schemas in {out}", highlight=False)
