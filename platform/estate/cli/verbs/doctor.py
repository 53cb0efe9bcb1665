"""`estate doctor`."""

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
@choices.stack("The stack whose cluster to examine.")
@JSON
def doctor(root: Path, stack: StackName, as_json: bool) -> None:
    """Examine a cluster before the first `pulumi up`, and at any time.

    Reads what decides whether the estate can work there, by the stack's context in the kubeconfig:
    identity, version, clock, nodes, network plugin, mode of kube-proxy, name service, range of
    Services, node ports, definitions, resource metrics, storage classes, and the rights of the
    caller. Each fact stands with what is declared, what was found and what to do. Exit code 1
    where one differs. Nothing is written: node ports are tried in a dry run.
    """
    from estate.cli.doctor import print_findings
    from estate.cli.live_cluster import live_cluster
    from estate.composition import compose
    from estate.proof.doctor.findings import findings
    from estate.topics.control_plane.plan import ControlPlanePlan

    plan = plan_of(root, stack)
    composition = compose(plan)
    try:
        live = live_cluster(composition)
    except Exception as trouble:  # of a kubeconfig, of TLS, of HTTP: whatever the client raises
        context = plan.of(ControlPlanePlan).cluster.context
        stop(f"The cluster behind the context '{context}' cannot be read: {trouble}")
    found = findings(composition, live)
    if as_json:
        click.echo(json.dumps({"facts": [asdict(finding) for finding in found]}, indent=2))
    else:
        print_findings(found, Console())
    sys.exit(1 if any(finding.verdict == "differs" for finding in found) else 0)
