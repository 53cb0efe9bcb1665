"""`estate import apps`: apps from objects of a cluster or a rendered chart."""

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
from estate.cli.options import JSON, ROOT
from estate.cli.report import print_problems
from estate.cli.sentences import counted
from estate.reader.values import ZONES, Zone

if TYPE_CHECKING:
    from estate.importing.apps.site import Site
    from estate.importing.apps.workloads import ImportedApps


@click.command()
@ROOT
@click.option("--stack", type=click.Choice(ZONES), required=True, help="The zone of the apps.")
@click.option("--tenant", required=True, help="The tenant of the apps: a file of tenants/.")
@JSON
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
def apps(root: Path, stack: Zone, tenant: str, as_json: bool, files: tuple[Path, ...]) -> None:
    """Write apps/<app>-<zone>.yaml for each Deployment, StatefulSet and CronJob of FILES.

    FILES hold Kubernetes objects: lists as kubectl prints them, or YAML of several documents as
    charts render. Existing files stay; values of secrets are not read. What has no key is listed
    with its object and field, and a key that is missing stands in the file as a comment:

        kubectl get deploy,sts,cronjob,svc,ing,cm,secret,pvc,netpol,hpa -o yaml > team.yaml

        estate import apps --stack dmz --tenant life team.yaml

        helm template portal ./chart | estate import apps --stack dmz --tenant life /dev/stdin
    """
    from estate.importing.apps.objects import read_objects
    from estate.importing.apps.workloads import imported_apps
    from estate.importing.machine import Unreadable

    site = _site(root, stack, tenant)
    try:
        found = imported_apps(read_objects(files), site)
    except Unreadable as why:
        stop(str(why))
    finish(root, stack, found, as_json=as_json)


def _site(root: Path, stack: Zone, tenant: str) -> Site:
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


def finish(root: Path, stack: Zone, found: ImportedApps, *, as_json: bool) -> None:
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
