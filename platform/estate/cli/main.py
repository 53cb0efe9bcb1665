"""The verbs of `estate`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

import click
from rich.console import Console

from estate.cli.images import images
from estate.cli.notices import notices, print_notices
from estate.cli.options import AGAINST, JSON, OUT, ROOT, against
from estate.cli.ports import ports
from estate.cli.report import (
    print_explanations,
    print_near_limits,
    print_node_differences,
    print_problems,
    print_summary,
    print_transitions,
)
from estate.declarations.load import load
from estate.derivation import Derived, derive, derive_on
from estate.reader.problems import did_you_mean
from estate.reader.values import ZONES, Zone

if TYPE_CHECKING:
    from estate.changes.transitions.finding import Finding
    from estate.cli.diff import Compared

# What only one verb needs is imported by that verb: a check answers in half the time.


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with `estate check`; then `estate render --stack dmz --out out` shows every "
    "object and document before `pulumi up -s dmz` applies the objects.",
)
def main() -> None:
    """Declarations in, a container platform out: check and see it before anything is applied."""


main.add_command(ports)
main.add_command(images)


@main.command()
@ROOT
@against(required=False)
@JSON
def check(root: Path, against: str | None, as_json: bool) -> None:
    """Check all declarations of both stacks.

    Every problem is listed with file, line and column, what is allowed, and the fix. Exit code 1
    when there is any. Needs no cluster and no Pulumi engine.

    With --against, also what the change from there runs into on a running cluster: what restarts,
    what is made anew, what cannot work. Exit code 1 for the last, with the steps that do.
    """
    today = _today()
    loaded = load(root)
    derived, noticed = derive_on(loaded, today), notices(loaded)
    problems = [one.as_json() for one in derived.problems]
    found: tuple[Finding, ...] = ()
    if against and not problems:
        from estate.cli.diff import compared

        found = compared(root, against, derived.plans).change.transitions
    if as_json:
        near = [one.as_json() for one in derived.notices]
        more = {"transitions": [asdict(one) for one in found]} if against else {}
        listed = {"problems": problems, "notices": noticed, "near_limits": near, **more}
        click.echo(json.dumps(listed, indent=2))
    elif problems:
        print_problems(derived.problems, Console())
    else:
        print_summary(derived.plans, today, Console())
        print_notices(noticed, Console())
        print_near_limits(derived.notices, Console())
        print_transitions(found, Console())
    sys.exit(1 if problems or any(one.effect == "refused" for one in found) else 0)


@main.command()
@ROOT
@click.option(
    "--stack", type=click.Choice(ZONES), required=True, help="The stack whose objects to write."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write to; files of an earlier render are replaced.",
)
@JSON
def render(root: Path, stack: Zone, out: Path, as_json: bool) -> None:
    """Write what a stack becomes: manifests as YAML, and the documents for other teams.

    Equal declarations give equal files, byte by byte, so that a diff of two renders is the change.
    Secrets are shown as placeholders: their values exist in the cluster and Pulumi's state only.
    """
    from estate.cli.render import render_stack
    from estate.composition import compose

    derived = _derived(root)
    try:
        written = render_stack(compose(derived.plans[stack]), out)
    except OSError as error:
        _stop(f"{out}: cannot write here: {error.strerror}")
    except ValueError as error:
        _stop(str(error))
    if as_json:
        click.echo(json.dumps({"files": written}, indent=2))
    else:
        Console().print(f"{len(written)} files in {out}", highlight=False)


@main.command()
@ROOT
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write the report to this folder: access matrix, verdicts, losses, risks.",
)
@click.option("--show", help="Print the flows that contain this text, hop by hop.")
@JSON
def prove(root: Path, out: Path | None, show: str | None, as_json: bool) -> None:
    """Prove that every declared flow is complete and nothing else is open.

    The proof follows each flow hop by hop through what is emitted: manifests, AS3, firewall rows,
    export lists. Then it compares everything that is open with the flows. Exit code 1 with a
    problem for each flow that breaks off and each opening that no flow needs; docs/prove.md
    explains the report.
    """
    from estate.cli.prove import print_proof, print_trail, write_report
    from estate.proof.prove import prove_plans
    from estate.proof.report import report_data

    loaded = load(root)
    derived = derive_on(loaded, _today())
    if derived.problems:
        print_problems(derived.problems, Console(stderr=True))
        sys.exit(1)
    proof = prove_plans(derived.plans, loaded)
    if out is not None:
        try:
            write_report(proof, out)
        except OSError as error:
            _stop(f"{out}: cannot write here: {error.strerror}")
    if as_json:
        click.echo(json.dumps(report_data(proof), indent=2))
        sys.exit(1 if proof.problems else 0)
    if show is not None:
        found = [one for one in proof.trails if show in f"{one.view.zone}: {one.flow.text}"]
        for trail in found:
            print_trail(trail, Console())
        if not found:
            _stop(f"No declared flow contains '{show}'.")
        sys.exit(1 if any(one.problems for one in found) else 0)
    print_proof(proof, Console())
    if proof.problems:
        print_problems(proof.problems, Console())
    sys.exit(1 if proof.problems else 0)


@main.command()
@ROOT
@click.option(
    "--stack", type=click.Choice(ZONES), required=True, help="The stack whose documents to write."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to write to; only files of an earlier handover are overwritten.",
)
def handover(root: Path, stack: Zone, out: Path) -> None:
    """Write the documents with their secrets, for those who install them.

    What `render` shows as ${secret:NAME} is filled: from the stack's secret output, for which the
    stack must be applied and its passphrase known, and from what estate:bootstrap names. Files
    that hold a secret can be read by their owner alone. Values are printed nowhere.
    """
    from estate.cli.handover import Missing, hand_over

    try:
        written, secret = hand_over(_derived(root).plans[stack], root, out)
    except Missing as missing:
        _stop(str(missing))
    except OSError as error:
        _stop(f"{out}: cannot write here: {error.strerror}")
    Console().print(
        f"{len(written)} files in {out}, of which {len(secret)} hold secrets: "
        f"{', '.join(secret) or 'none'}",
        highlight=False,
        soft_wrap=True,
    )


@main.command()
@ROOT
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write nodes.csv and the diff of every document to this folder.",
)
def capacity(root: Path, out: Path | None) -> None:
    """Write the capacity request for pools that are too small.

    When `estate check` refuses a pool because its apps would not survive the loss of a node, this
    lists how many nodes to order, of which size and in which racks, and how the documents of the
    load balancer, firewall, filer and node teams change with them.
    """
    from estate.cli.capacity import print_request, write_request
    from estate.proof.growth import capacity_request

    loaded = load(root)
    try:
        request = capacity_request(loaded)
    except ValueError:
        print_problems(derive(loaded).problems, Console(stderr=True))
        _stop("Correct these first: more nodes do not help.")
    if out is not None:
        try:
            write_request(request, out)
        except OSError as error:
            _stop(f"{out}: cannot write here: {error.strerror}")
    print_request(request, out, Console())
    sys.exit(1 if request.hopeless else 0)


@main.command()
@ROOT
@JSON
@click.option("--markdown", is_flag=True, help="Print the table of all limits: docs/limits.md.")
def limits(root: Path, as_json: bool, markdown: bool) -> None:
    """Show how far both zones are from the limits of the programs that they run.

    Each number with how it comes about, the nearest to its limit first. `check` gives notice from
    80 % on and refuses what is past a limit behind which something breaks; this counts what is
    emitted as well, with exit code 1. docs/limits.md has all limits with their sources.
    """
    from estate.cli.limits import all_uses, print_uses, table, uses_data

    if markdown:
        click.echo(table(), nl=False)
        return
    found = all_uses(_derived(root).plans)
    if as_json:
        click.echo(json.dumps({"limits": uses_data(found)}, indent=2))
    else:
        print_uses(found, Console())
    past = [use for of_zone in found.values() for use in of_zone if use.past and use.limit.refused]
    sys.exit(1 if past else 0)


@main.command()
@ROOT
@AGAINST
@OUT
def diff(root: Path, against: str, out: Path | None) -> None:
    """Show how the documents of both zones differ from a baseline.

    Beside the lines: which partitions, applications and objects of the F5 come, change or go, and
    which firewall rows. With --out, the diff of every document, firewall/change.csv (.json, .xlsx)
    and f5/as3-change.json, which names every partition that differs and one that vanished as an
    empty tenant: AS3 leaves alone what a declaration does not mention.
    """
    from estate.cli.diff import compared, print_diff

    found = compared(root, against, _derived(root).plans)
    _write_change(found, out)
    print_diff(found, Console())
    print_transitions(found.change.transitions, Console())


@main.command()
@ROOT
@AGAINST
@OUT
@JSON
def change(root: Path, against: str, out: Path | None, as_json: bool) -> None:
    """List each team's steps for this change, in order.

    One change set over all documents and both zones: what is added is opened from the far end (the
    firewall first, names last), what goes is closed in the reverse order. Printed as Markdown;
    --out writes change.md, change.json and all that `estate diff` writes. Before the steps stands
    what the change runs into on a running cluster; exit code 1 when some of it cannot work.
    """
    from estate.changes.change_set import as_json as change_as_json
    from estate.changes.sheet import as_markdown
    from estate.cli.diff import compared

    found = compared(root, against, _derived(root).plans)
    _write_change(found, out)
    click.echo(change_as_json(found.change) if as_json else as_markdown(found.change), nl=False)
    sys.exit(1 if found.change.refused else 0)


@main.command("explain")
@ROOT
@click.argument("name")
def explain_name(root: Path, name: str) -> None:
    """Explain what the tenant or app NAME becomes.

    In each zone where it is declared: its objects, who may do what, the nodes it runs on, who
    reaches it and what it reaches, and the documents for other teams that name it.
    """
    from estate.cli.explain import explain, names
    from estate.composition import compose

    compositions = [compose(plan) for plan in _derived(root).plans.values()]
    found = [one for composition in compositions for one in explain(composition, name)]
    if not found:
        known = sorted({one for composition in compositions for one in names(composition)})
        hint = did_you_mean(name, known)
        _stop(f"There is no tenant and no app '{name}'. {hint or 'Known: ' + ', '.join(known)}")
    print_explanations(found, Console())


@main.command("where")
@ROOT
@click.argument("what")
@JSON
def where_is(root: Path, what: str, as_json: bool) -> None:
    """Show whose WHAT is, who may reach it, and what mentions it.

    WHAT is an address, with a port or without, a host name, a node port, a node, a serial number,
    or any other word of the declarations:

        estate where 10.10.0.21:443
        estate where 30010

    Listed by zone: the owner, the declared flows that begin or end there, the documents for other
    teams with their lines, and the objects. Exit code 1 where nothing mentions it.
    """
    from estate.cli.where import answers_data, declared_in, print_answers, sought, where

    loaded = load(root)
    derived = _derived(root)
    read = sought(what)
    declared = list(declared_in(root, read))
    found = where(loaded, derived.plans, read)
    if as_json:
        click.echo(json.dumps(answers_data(declared, found), indent=2))
    elif declared or found:
        print_answers(declared, found, Console())
    else:
        _stop(f"Nothing that is declared or emitted mentions '{what}'.")
    sys.exit(0 if declared or found else 1)


@main.command()
@ROOT
@click.option(
    "--stack", type=click.Choice(ZONES), required=True, help="The stack with the inventory."
)
@click.argument("live", type=click.File("rb"), default="-")
@JSON
def nodes(root: Path, stack: Zone, live: BinaryIO, as_json: bool) -> None:
    """Compare a cluster's nodes with the inventory.

    LIVE is what `kubectl get nodes -o json` prints, from a file or standard input:

        kubectl --context dmz get nodes -o json | estate nodes --stack dmz

    Every node that differs in address, pool label, taints or room for pods is listed with the
    remedy; exit code 1 when there is any. Nothing is written to the cluster.
    """
    from estate.proof.live_nodes import LiveNodes
    from estate.proof.node_differences import node_differences

    plan = _derived(root).plans[stack]
    try:
        found = node_differences(plan, LiveNodes.model_validate_json(live.read()).items)
    except ValueError:
        _stop("LIVE is not a list of nodes: pass the output of `kubectl get nodes -o json`")
    if as_json:
        click.echo(json.dumps({"differences": [asdict(one) for one in found]}, indent=2))
    else:
        print_node_differences(found, Console())
    sys.exit(1 if found else 0)


@main.command()
@ROOT
@click.option(
    "--stack", type=click.Choice(ZONES), required=True, help="The stack whose cluster to ask."
)
@JSON
def why(root: Path, stack: Zone, as_json: bool) -> None:
    """Say why `pulumi up` timed out: what keeps each rollout from ending.

    The engine says that pods are missing and not why. This reads workloads and warnings of the
    stack's cluster, by its context in the kubeconfig, and lists what is in the way: a quota with
    its tenant and file, a node that has no room, an image that cannot be pulled. Exit code 1 when
    there is any. Nothing is written to the cluster.
    """
    from estate.cli.live_workloads import workloads
    from estate.cli.why import print_reasons, reasons
    from estate.topics.control_plane.plan import ControlPlanePlan

    plan = _derived(root).plans[stack]
    context = plan.of(ControlPlanePlan).cluster.context
    try:
        found = reasons(plan, *workloads(context))
    except Exception as trouble:  # of a kubeconfig, of TLS, of HTTP: whatever the client raises
        _stop(f"The cluster behind the context '{context}' cannot be read: {trouble}")
    if as_json:
        click.echo(json.dumps({"reasons": [asdict(one) for one in found]}, indent=2))
    else:
        print_reasons(found, Console())
    sys.exit(1 if found else 0)


@main.command()
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
        _stop(f"{out}: cannot write here: {error.strerror}")
    Console().print(f"{len(written)} schemas in {out}", highlight=False)


def _derived(root: Path) -> Derived:
    derived = derive_on(load(root), _today())
    if derived.problems:
        print_problems(derived.problems, Console(stderr=True))
        sys.exit(1)
    return derived


def _write_change(found: Compared, out: Path | None) -> None:
    from estate.cli.diff import write_change

    if out is None:
        return
    try:
        write_change(found, out)
    except OSError as error:
        _stop(f"{out}: cannot write here: {error.strerror}")
    except ValueError as error:
        _stop(str(error))


def _today() -> date:
    """The clock of this edge; nothing below it has one."""
    return datetime.now(UTC).date()


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
