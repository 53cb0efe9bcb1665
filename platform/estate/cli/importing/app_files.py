"""What verbs share that write files of apps: the tenant, and the files that do not exist yet."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from estate.cli.importing.options import print_left
from estate.cli.invocation import stop
from estate.cli.report import print_problems
from estate.cli.sentences import counted
from estate.reader.values import Zone

if TYPE_CHECKING:
    from estate.importing.apps.finished import ImportedApps
    from estate.importing.apps.site import Site

TENANT = click.option("--tenant", required=True, help="The tenant of the apps: a file of tenants/.")


def declared_site(root: Path, stack: Zone, tenant: str) -> Site:
    """The zone and the tenant as they are declared; without them it ends with a message."""
    from estate.declarations.load import load
    from estate.importing.apps.site import site_of
    from estate.reader.problems import did_you_mean

    loaded = load(root)
    if stack not in loaded.stacks:
        print_problems(loaded.problems, Console(stderr=True))
        sys.exit(1)
    names = [one.value.tenant for one in loaded.tenants]
    if tenant not in names:
        hint = did_you_mean(tenant, names) or "`estate new tenant` writes its file"
        stop(f"--tenant: no file tenants/{tenant}.yaml. Declared: {', '.join(names)}. {hint}")
    return site_of(loaded, stack, tenant)


def write_apps(root: Path, stack: Zone, found: ImportedApps, *, as_json: bool) -> None:
    """Writes the files that do not exist yet, and prints what stays behind."""
    from estate.importing.apps.draft import Left
    from estate.importing.apps.writing import app_file

    written: list[str] = []
    left = [*found.left]
    for app in found.apps:
        name = f"apps/{app.app}-{stack}.yaml"
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("x", encoding="utf-8") as handle:
                handle.write(app_file(app))
        except FileExistsError:
            left.append(Left(object=name, field="", why="the file exists, and stays as it is"))
            continue
        written.append(name)
        left += app.left
    if as_json:
        data = {"written": written, "left": [asdict(one) for one in left]}
        click.echo(json.dumps(data, indent=2))
        return
    for name in written:
        click.echo(name)
    print_left(left)
    click.echo(
        f"{counted(len(written), 'file')} written. Not carried over: {len(left)}. "
        "Next: `estate check`."
    )
