"""`estate init`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from estate.cli import invocation
from estate.cli.asking import answer
from estate.cli.invocation import stop
from estate.cli.report import print_problems


@click.command()
@click.option("--domain", help="The company's domain: names and mailboxes are below it.")
@click.option("--tenant", help="The name of the first tenant.")
@click.option("--app", help="The name of its first app, in the dmz.")
@click.option("--dmz", metavar="CIDR", help="The dmz's range of nodes and users' addresses.")
@click.option("--intranet", metavar="CIDR", help="The intranet's range of the same.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(
    folder: Path,
    domain: str | None,
    tenant: str | None,
    app: str | None,
    dmz: str | None,
    intranet: str | None,
) -> None:
    """Write a new estate into DIR: the smallest that stands.

    Two zones with two pools of two nodes each, one tenant and one app. `estate check` accepts it as
    it is. Each file has comments about what to write next. On a terminal, the command asks for
    what the options leave open; elsewhere it takes the defaults. It replaces no file.
    """
    from estate.authoring.new_estate import RANGES, NewEstate, files
    from estate.authoring.values import Mistake
    from estate.authoring.writing import existing, problems_with, write
    from estate.declarations.schema import write_schemas
    from estate.reader.addresses import Cidr, Host
    from estate.reader.values import Name

    try:
        new = NewEstate(
            name=_name(folder),
            domain=answer(domain, "--domain", "The company's domain", Host, "bank.example"),
            tenant=answer(tenant, "--tenant", "The first tenant", Name, "payments"),
            app=answer(app, "--app", "Its first app", Name, "hello"),
            dmz=answer(dmz, "--dmz", "The range of the dmz", Cidr, RANGES["dmz"]),
            intranet=answer(
                intranet, "--intranet", "The range of the intranet", Cidr, RANGES["intranet"]
            ),
        )
        made = files(new)
        if there := existing(folder, made):
            stop(f"{folder} has {', '.join(there)} already. Name a folder without these files.")
        if found := problems_with(folder, made, invocation.today()):
            print_problems(found, Console(stderr=True))
            stop("Nothing was written.")
        write(folder, made)
        write_schemas(folder / "docs/schema")
    except Mistake as mistake:
        stop(str(mistake))
    except OSError as error:
        stop(f"{folder}: cannot write here: {error.strerror}")
    for name in made:
        click.echo(f"  {folder / name}")
    click.echo(f"{len(made)} files, and schemas for editors. Next: cd {folder} && estate check")


def _name(folder: Path) -> str:
    """The estate's name, from that of its folder, where it can be one."""
    import re

    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-0123456789")[:30]
    return name.strip("-") or "estate"
