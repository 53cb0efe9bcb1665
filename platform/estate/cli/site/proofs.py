"""What the proof found, as a page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from estate.cli.listing.model import Row
from estate.cli.site.links import Links
from estate.cli.site.tables import Table, table
from estate.proof.assumptions import ASSUMPTIONS, RESIDUAL
from estate.proof.engine.trail import Trail
from estate.proof.prove import Proof
from estate.proof.report import node_losses, residual
from estate.reader.problems import Problem
from estate.reader.stacks import Environment

VERDICTS = {
    "declared": "declared, and all hops are open",
    "blocked": "blocked by an emitted artefact",
    "assumed": "blocked by an assumption only",
    "residual": "not blocked: a residual risk",
    "open": "open, and nothing needs it",
}
FLOWS = ("stack", "declared_by", "flow", "complete", "hops", "must_survive_a_loss")
ASSUMED = ("assumption", "means")
RISKS = ("risk", "means", "stack", "places")
LOSSES = ("stack", "node", "flow", "fate", "why")
OUTCOMES = ("stack", "verdict", "means", "connections")


@dataclass(frozen=True, kw_only=True)
class ProofView:
    """One environment's proof."""

    name: str
    """Of the environment; empty where the estate has only one."""
    page: str
    complete: int
    flows: int
    problems: tuple[Problem, ...]
    tables: tuple[Table, ...]


def trails_of(proof: Proof, zone: str, subject: str) -> list[Trail]:
    """The flows that an app or tenant of a zone declares."""
    return [
        trail for trail in proof.trails if trail.view.zone == zone and trail.flow.subject == subject
    ]


def proof_view(environment: Environment, proof: Proof, links: Links) -> ProofView:
    """One environment's proof."""
    rows = {
        "flows": ("Declared flows", FLOWS, _flows(environment, proof)),
        "verdicts": ("Every connection, by verdict", OUTCOMES, _verdicts(environment, proof)),
        "assumptions": ("What the proof assumes", ASSUMED, _assumptions()),
        "risks": (
            "Residual risks: nothing emitted blocks these",
            RISKS,
            _risks(environment, proof),
        ),
        "losses": ("What the loss of a node interrupts", LOSSES, _losses(environment, proof)),
    }
    return ProofView(
        name=environment.name,
        page=f"proof{f'-{environment.name}' if environment.name else ''}.html",
        complete=sum(not trail.problems for trail in proof.trails),
        flows=len(proof.trails),
        problems=proof.problems,
        tables=tuple(
            table(
                name, caption, columns, ((str(row.get("stack", "")), row) for row in found), links
            )
            for name, (caption, columns, found) in rows.items()
        ),
    )


def _flows(environment: Environment, proof: Proof) -> Iterator[Row]:
    for trail in proof.trails:
        yield {
            "stack": str(environment.stack(trail.view.zone)),
            "declared_by": trail.flow.subject,
            "flow": trail.flow.text,
            "complete": "no" if trail.problems else "yes",
            "hops": len(trail.hops),
            "must_survive_a_loss": "yes" if trail.flow.available else "no",
        }


def _verdicts(environment: Environment, proof: Proof) -> Iterator[Row]:
    for zone in proof.views:
        counts: Counter[str] = Counter()
        for (kind, _), count in proof.universe(zone).counts().items():
            counts[kind] += count
        for kind, means in VERDICTS.items():
            yield {
                "stack": str(environment.stack(zone)),
                "verdict": kind,
                "means": means,
                "connections": counts[kind],
            }


def _assumptions() -> Iterator[Row]:
    for name, means in ASSUMPTIONS.items():
        yield {"assumption": name, "means": means}


def _risks(environment: Environment, proof: Proof) -> Iterator[Row]:
    """By risk and stack, all places."""
    found: dict[tuple[str, str], list[str]] = {}
    stacks = {zone: str(environment.stack(zone)) for zone in proof.views}
    for row in residual(proof):
        zone = next(zone for zone in proof.views if zone == row["zone"])
        found.setdefault((str(row["risk"]), stacks[zone]), []).append(str(row["who"]))
    for (risk, stack), places in sorted(found.items()):
        yield {"risk": risk, "means": RESIDUAL[risk], "stack": stack, "places": tuple(places)}


def _losses(environment: Environment, proof: Proof) -> Iterator[Row]:
    stacks = {zone: str(environment.stack(zone)) for zone in proof.views}
    for row in node_losses(proof):
        zone = next(zone for zone in proof.views if zone == row["zone"])
        yield {**row, "stack": stacks[zone]}
