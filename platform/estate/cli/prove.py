"""How the proof reads on a terminal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.text import Text

from estate.cli.sentences import counted
from estate.proof.between import Between
from estate.proof.engine.trail import Trail
from estate.proof.prove import Proof
from estate.proof.report import report_files, residual

_WORDS = {
    "declared": "declared",
    "blocked": "blocked by an emitted artefact",
    "assumed": "blocked by an assumption only",
    "residual": "residual risk, not blocked",
    "open": "OPEN",
}


def write_report(proof: Proof, out: Path, found: Between | None = None) -> list[str]:
    """Writes every table into ``out``; raises OSError where it cannot be written."""
    out.mkdir(parents=True, exist_ok=True)
    files = report_files(proof, found)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    return sorted(files)


def print_proof(proof: Proof, console: Console) -> None:
    """What was proved: flows, universe, verdicts, losses, risks."""
    complete = sum(not trail.problems for trail in proof.trails)
    console.print(f"{complete} of {counted(len(proof.trails), 'declared flow')} complete.")
    for zone in proof.views:
        universe = proof.universe(zone)
        matrix = proof.views[zone].matrix
        ends = f"{len(matrix.pods)} kinds of pods and {len(matrix.space)} address ranges"
        console.print(
            f"{zone}: {universe.size:,} triples of {ends}, each to each, on "
            f"{counted(len(universe.ports), 'port')}:",
            highlight=False,
            soft_wrap=True,
        )
        by_kind: Counter[str] = Counter()
        assumed: Counter[str] = Counter()
        for (kind, by), count in universe.counts().items():
            by_kind[kind] += count
            if kind == "assumed":
                assumed[by] += count
        for kind, words in _WORDS.items():
            if by_kind[kind]:
                names = ", ".join(f"{one} {count:,}" for one, count in assumed.most_common())
                rest = f" ({names})" if kind == "assumed" else ""
                console.print(
                    f"  {by_kind[kind]:>12,} {words}{rest}", highlight=False, soft_wrap=True
                )
    _print_losses(proof, console)
    risks = Counter(str(row["risk"]) for row in residual(proof))
    listed = ", ".join(f"{risk} {count}" for risk, count in sorted(risks.items()))
    console.print(f"Residual risks: {listed}.", highlight=False, soft_wrap=True)


def print_between(found: Between | None, console: Console) -> None:
    """What leads from one environment to another; nothing where there is one."""
    if found is None:
        return
    clients = dict.fromkeys(f"{one.declared_by} ({one.clients})" for one in found.crossings)
    declared = f", but for declared clients: {', '.join(clients)}" if clients else ""
    console.print(
        f"{found.ends} ends of openings, held against what "
        f"{' and '.join(one.name for one in found.others)} have: "
        f"{counted(len(found.problems), 'opening')} to another environment{declared}.",
        highlight=False,
        soft_wrap=True,
    )


def _print_losses(proof: Proof, console: Console) -> None:
    nodes = sum(len(view.nodes.addresses) for view in proof.views.values())
    lost = len({hit.flow for hit in proof.hits if hit.fate == "is lost"})
    back = {hit.flow for hit in proof.hits if hit.fate == "comes back"}
    hit = {(one.zone, one.flow) for one in proof.hits}
    goes_on = sum(
        trail.flow.available and (trail.view.zone, trail.flow.text) not in hit
        for trail in proof.trails
    )
    console.print(
        f"Loss of any one of {nodes} nodes: {counted(goes_on, 'highly available flow')} go on; "
        f"of the others, {len(back)} may have to start again on another node, {lost} may be lost.",
        highlight=False,
        soft_wrap=True,
    )


def print_trail(trail: Trail, console: Console) -> None:
    """One flow, hop by hop, with what each hop rests on."""
    console.print(Text(f"{trail.view.zone}: {trail.flow.text}", "bold"), soft_wrap=True)
    for number, hop in enumerate(trail.hops, start=1):
        assumed = f"  (assumed: {', '.join(hop.assumed)})" if hop.assumed else ""
        console.print(f"  {number}. {hop.text}{assumed}", soft_wrap=True, highlight=False)
        for place in hop.rests_on:
            console.print(Text(f"       {place}", "dim"), soft_wrap=True)
    for problem in trail.problems:
        console.print(Text(f"  broken: {problem.found}", "red"), soft_wrap=True)
