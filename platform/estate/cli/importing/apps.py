"""`estate import apps`: apps from objects of a cluster or a rendered chart."""

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

    site = declared_site(root, stack, tenant)
    try:
        found = imported_apps(read_objects(files), site)
    except Unreadable as why:
        stop(str(why))
    write_apps(root, stack, found, as_json=as_json)
