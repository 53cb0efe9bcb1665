"""`estate verify`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from estate.cli import choices
from estate.cli.invocation import plan_of, stop
from estate.cli.options import JSON, ROOT
from estate.reader.stacks import StackName


@click.command()
@ROOT
@choices.stack("The stack whose documents the devices have.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@JSON
def verify(root: Path, stack: StackName, folder: Path, as_json: bool) -> None:
    """Hold what devices have against what is declared.

    FOLDER holds what was collected from devices, each file under the name of its document, as
    `estate render` writes it below documents/:

    \b
        f5/as3.json                     curl https://F5/mgmt/shared/appsvcs/declare
        nfs/<filer>.exports             exportfs -v
        dns/zones/<domain>.zone         dig @PRIMARY AXFR <domain>
        haproxy/<pair>/haproxy.cfg      the file itself, as all others

    What belongs to others on the same device is named and not judged. Where a document holds a
    secret, any value is right, and no line of the collected file is printed. No device is asked.
    Exit code 1 where a file differs, cannot be read, or has the name of no document.
    """
    from estate.cli.verify import print_verified
    from estate.handover import documents
    from estate.verifying.verify import verified

    plan = plan_of(root, stack)
    try:
        found = verified({one.name: one.text for one in documents(plan)}, folder)
    except OSError as error:
        stop(f"{error.filename}: cannot be read: {error.strerror}")
    if not found:
        stop(
            f"{folder} holds no file. Collect what devices have under the names that "
            f"`estate render --stack {stack} --out OUT` writes below OUT/documents"
        )
    if as_json:
        click.echo(json.dumps({"files": [asdict(one) for one in found]}, indent=2))
    else:
        print_verified(found, Console())
    sys.exit(0 if all(one.verdict == "as declared" for one in found) else 1)
