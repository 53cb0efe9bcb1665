"""`estate report`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from estate.cli.invocation import stop, whole_of
from estate.cli.options import JSON, ROOT


@click.command()
@ROOT
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write to; files of an earlier report are replaced, others are never touched.",
)
@JSON
def report(root: Path, out: Path, as_json: bool) -> None:
    """Write everything that is known of the estate as pages, to read in a browser.

    All stacks: zones with their pools and load, a page for each app and tenant, registers, firewall
    rows, exceptions, images, limits, and the result of the proof. The pages need no server and no
    network: open index.html from disk, or publish the folder. Equal declarations give equal files.

    \b
        estate report --out site
        open site/index.html
    """
    from estate.cli.site.pages import pages
    from estate.cli.site.writing import write_site

    site = pages(whole_of(root))
    try:
        write_site(site, out)
    except OSError as error:
        stop(f"{out}: cannot write here: {error.strerror}")
    except ValueError as error:
        stop(str(error))
    if as_json:
        click.echo(json.dumps({"files": sorted(site)}, indent=2))
    else:
        text = f"{len(site)} files in {out}: open {out / 'index.html'}"
        Console().print(text, highlight=False, soft_wrap=True)
