"""The proof as tables and as data, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from estate.documents.document import Row, csv_text, json_text
from estate.proof.assumptions import ASSUMPTIONS, RESIDUAL
from estate.proof.between import Between
from estate.proof.engine.trail import Trail
from estate.proof.prove import Proof
from estate.proof.readers.addresses import members
from estate.proof.readers.strict import named
from estate.reader.values import Zone

MATRIX = ("zone", "declared_by", "flow", "complete", "hop", "what", "rests_on", "assumed")
BLOCKED = ("zone", "destination", "ports", "verdict", "by", "sources", "which")
LOSSES = ("zone", "node", "flow", "fate", "why")
CROSSINGS = ("environment", "declared_by", "flow", "clients", "other", "holds")
RISKS = ("zone", "risk", "who", "means")


def report_files(proof: Proof, found: Between | None = None) -> dict[str, str]:
    """By file name: everything that the proof found, and what is open to other environments."""
    return {
        "report.json": json_text(report_data(proof, found)),
        "access-matrix.csv": csv_text(MATRIX, _hops(proof)),
        "verdicts.csv": csv_text(BLOCKED, _verdicts(proof)),
        "node-losses.csv": csv_text(LOSSES, node_losses(proof)),
        "residual-risks.csv": csv_text(RISKS, residual(proof)),
        "assumptions.csv": csv_text(
            ("assumption", "means"),
            ({"assumption": one, "means": text} for one, text in ASSUMPTIONS.items()),
        ),
        **({"other-environments.csv": csv_text(CROSSINGS, _crossings(found))} if found else {}),
    }


def report_data(proof: Proof, found: Between | None = None) -> dict[str, object]:
    """The same without the single verdicts, of which there are many."""
    return {
        "problems": [problem.as_json() for problem in proof.problems],
        "flows": [_flow(trail) for trail in proof.trails],
        "universe": {zone: _universe(proof, zone) for zone in proof.views},
        "assumptions": dict(ASSUMPTIONS),
        "residual_risks": list(residual(proof)),
        "node_losses": list(node_losses(proof)),
        **({"other_environments": _between(found)} if found else {}),
    }


def _between(found: Between) -> dict[str, object]:
    return {
        "others": [one.name for one in found.others],
        "ends": found.ends,
        "problems": [problem.as_json() for problem in found.problems],
        "declared_clients": list(_crossings(found)),
    }


def _crossings(found: Between) -> Iterator[Row]:
    for one in found.crossings:
        yield {
            "environment": found.environment.name,
            "declared_by": one.declared_by,
            "flow": one.flow,
            "clients": str(one.clients),
            "other": one.other.name,
            "holds": one.holds,
        }


def residual(proof: Proof) -> Iterator[Row]:
    """What no emitted artefact closes, by name; never counted as blocked."""
    for zone, view in proof.views.items():
        for pod in view.matrix.pods:
            if pod.host_network:
                yield _risk(zone, "host-network", pod.full_name)
        yield _risk(zone, "from-a-node", f"{len(view.nodes.addresses)} nodes")
        for namespace, _ in view.namespaces:
            yield _risk(zone, "labels-by-hand", namespace)
        for row in view.rows:
            if any(row.destination.subnet_of(network) for network in view.facts.foreign):
                yield _risk(zone, "shared-address", str(row.place.item))
        for service in view.services:
            if service.node_port:
                who = f"{service.node_port} of {service.namespace}/{service.service}"
                yield _risk(zone, "node-ports-everywhere", who)
        for directory in sorted({export.directory for export in view.exports}):
            yield _risk(zone, "exports-of-a-node", directory)


def _risk(zone: str, risk: str, who: str) -> Row:
    return {"zone": zone, "risk": risk, "who": who, "means": RESIDUAL[risk]}


def _flow(trail: Trail) -> dict[str, object]:
    return {
        "zone": trail.view.zone,
        "declared_by": trail.flow.subject,
        "flow": trail.flow.text,
        "highly_available": trail.flow.available,
        "complete": not trail.problems,
        "hops": [
            {
                "what": hop.text,
                "rests_on": [str(place) for place in hop.rests_on],
                "assumed": list(hop.assumed),
            }
            for hop in trail.hops
        ],
    }


def _universe(proof: Proof, zone: Zone) -> dict[str, object]:
    universe = proof.universe(zone)
    matrix = proof.views[zone].matrix
    return {
        "sources": len(matrix.pods) + len(matrix.space),
        "destinations": len(matrix.pods) + len(matrix.space),
        "ports": [str(port) for port in universe.ports],
        "triples": universe.size,
        "verdicts": [
            {"verdict": kind, "by": by, "triples": count}
            for (kind, by), count in sorted(universe.counts().items())
        ],
    }


def _hops(proof: Proof) -> Iterator[Row]:
    for trail in proof.trails:
        for number, hop in enumerate(trail.hops, start=1):
            yield {
                "zone": trail.view.zone,
                "declared_by": trail.flow.subject,
                "flow": trail.flow.text,
                "complete": "no" if trail.problems else "yes",
                "hop": number,
                "what": hop.text,
                "rests_on": "; ".join(str(place) for place in hop.rests_on),
                "assumed": " ".join(hop.assumed),
            }


def _verdicts(proof: Proof) -> Iterator[Row]:
    for zone, view in proof.views.items():
        for verdict in proof.universe(zone).verdicts():
            yield {
                "zone": zone,
                "destination": view.matrix.name(verdict.destination),
                "ports": str(verdict.ports),
                "verdict": verdict.kind,
                "by": verdict.by,
                "sources": verdict.sources.bit_count(),
                "which": named(
                    (view.matrix.name(source) for source in members(verdict.sources)), 5
                ),
            }


def node_losses(proof: Proof) -> Iterator[Row]:
    """What the loss of each node interrupts, and what becomes of it."""
    for hit in sorted(proof.hits, key=lambda one: (one.zone, one.node, one.flow)):
        yield {
            "zone": hit.zone,
            "node": hit.node,
            "flow": hit.flow,
            "fate": hit.fate,
            "why": hit.why,
        }
