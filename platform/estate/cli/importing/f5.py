"""`estate import f5`: virtual servers of a device as `vip` of apps."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from estate.cli.importing.options import in_flow, pairs, print_left
from estate.cli.invocation import stop
from estate.cli.options import JSON, ROOT
from estate.cli.report import print_problems
from estate.cli.sentences import counted
from estate.reader.values import ZONES, Zone

if TYPE_CHECKING:
    from estate.importing.f5.suggestions import Suggestions


@click.command()
@ROOT
@click.option("--stack", type=click.Choice(ZONES), required=True, help="The stack of the device.")
@click.option(
    "--app",
    "apps",
    multiple=True,
    metavar="PLACE=APP",
    help="The app of a virtual server that is found by neither port nor address; PLACE is "
    "tenant/application/service, as the list names it.",
)
@JSON
@click.argument("declaration", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def f5(root: Path, stack: Zone, apps: tuple[str, ...], as_json: bool, declaration: Path) -> None:
    """Show what DECLARATION, an AS3 declaration of an F5, says of each app.

    A virtual server belongs to the app that holds its members' node port, otherwise to the one
    that declares its address. Its `vip`, health check and node port are printed as keys of the
    app's file; no file is changed. Everything else is listed with the reason:

        curl -u USER https://F5/mgmt/shared/appsvcs/declare > as3.json

        estate import f5 --stack dmz as3.json

        estate import f5 --stack dmz --app Sales/shop/service=shop as3.json
    """
    from estate.declarations.load import load
    from estate.derivation import derive
    from estate.importing.declared import present
    from estate.importing.f5.declaration import declaration_of
    from estate.importing.f5.services import virtual_servers
    from estate.importing.f5.suggestions import Known, Suggestions, suggestions
    from estate.importing.machine import Unreadable
    from estate.topics.exposure.declare.node_ports import PLATFORM
    from estate.topics.exposure.plan import VirtualServersPlan

    loaded = load(root)
    here = present(root, loaded, stack)
    if here is None:
        print_problems(loaded.problems, Console(stderr=True))
        sys.exit(1)
    try:
        device = virtual_servers(declaration_of(declaration.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as trouble:
        stop(f"{declaration}: it cannot be read: {trouble}")
    except Unreadable as why:
        stop(f"{declaration}: {why}")
    plan = derive(loaded).plans.get(stack)
    servers = plan.of(VirtualServersPlan).virtual_servers if plan else ()
    known: Known = {
        (str(one.address), one.port, one.protocol): one.name
        for one in servers
        if one.partition == PLATFORM
    }
    named = pairs(apps, "--app", "PLACE=APP")
    if unknown := sorted(set(named) - {one.place for one in device.servers}):
        stop(f"--app: {declaration} has no virtual server '{unknown[0]}'")
    found = suggestions(device.servers, here, named, known)
    whole = Suggestions(
        apps=found.apps,
        platform=found.platform,
        left=(*device.left, *found.left),
    )
    if as_json:
        click.echo(json.dumps(asdict(whole), indent=2))
    else:
        _print(whole)


def _print(found: Suggestions) -> None:
    for one in found.apps:
        click.echo(f"{one.file}: {'as declared' if one.same else 'write'} ({one.why})")
        for key, value in () if one.same else one.keys.items():
            click.echo(f"  {key}: {in_flow(value)}")
    for line in found.platform:
        click.echo(f"{line}, a service of the platform: as declared")
    print_left(found.left)
    same = sum(one.same for one in found.apps)
    click.echo(
        f"{counted(len(found.apps), 'app')}, {same} as declared. "
        f"Services of the platform: {len(found.platform)}. Not carried over: {len(found.left)}."
    )
