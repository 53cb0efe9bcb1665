"""`estate why`."""

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
@choices.stack("The stack whose cluster to ask.")
@JSON
def why(root: Path, stack: StackName, as_json: bool) -> None:
    """Say why `pulumi up` timed out: what keeps each rollout from ending.

    The engine says that pods are missing and not why. This reads workloads and warnings of the
    stack's cluster, by its context in the kubeconfig, and lists what is in the way: a quota with
    its tenant and file, a node that has no room, an image that cannot be pulled. Exit code 1 when
    there is any. Nothing is written to the cluster.
    """
    from estate.cli.live_workloads import workloads
    from estate.cli.why import print_reasons, reasons
    from estate.topics.control_plane.plan import ControlPlanePlan

    plan = plan_of(root, stack)
    context = plan.of(ControlPlanePlan).cluster.context
    try:
        found = reasons(plan, *workloads(context))
    except Exception as trouble:  # of a kubeconfig, of TLS, of HTTP: whatever the client raises
        stop(f"The cluster behind the context '{context}' cannot be read: {trouble}")
    if as_json:
        click.echo(json.dumps({"reasons": [asdict(reason) for reason in found]}, indent=2))
    else:
        print_reasons(found, Console())
    sys.exit(1 if found else 0)
