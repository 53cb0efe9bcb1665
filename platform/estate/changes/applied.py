"""What was applied last, as an output of the stack: as much of it as the rules of a change read.

A preview compares it with what is declared, and needs no baseline and no cluster for that.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from estate.changes.transitions.finding import Effect, Finding
from estate.changes.transitions.rules import found_between
from estate.changes.transitions.sides import Side, Sides, key_of
from estate.composition import Composition
from estate.topics.inventory.documents import cmdb_documents

OUTPUT = "applied"
"""The output's name. Nothing in it is secret; as a secret it does not fill the screen."""

KINDS = frozenset(
    {
        "ClusterRoleBinding",
        "DaemonSet",
        "Deployment",
        "HTTPRoute",
        "HorizontalPodAutoscaler",
        "Ingress",
        "Job",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "ResourceQuota",
        "RoleBinding",
        "Secret",
        "Service",
        "StatefulSet",
        "StorageClass",
    }
)
"""The kinds of objects that any rule reads."""

DOCUMENTS = frozenset({"cmdb/apps.csv", "cmdb/nodes.csv"})
"""The documents that any rule reads."""

_MOST = 20
"""Objects that one message names, so that a new version of the program fills no screen."""


def packed(composition: Composition) -> str:
    """One zone, as the output holds it. Equal declarations give equal texts."""
    bodies = [
        manifest.body
        for manifest in composition.manifests
        if manifest.kind in KINDS and not manifest.patch
    ]
    texts = {
        cmdb_document.name: cmdb_document.text for cmdb_document in cmdb_documents(composition.plan)
    }
    found = {
        "objects": bodies,
        "documents": {name: texts[name] for name in sorted(DOCUMENTS)},
    }
    text = json.dumps(found, separators=(",", ":"), sort_keys=True)
    return b64encode(zlib.compress(text.encode(), 1)).decode("ascii")


def expected(zone: str, applied: str | None, declared: str) -> tuple[Finding, ...]:
    """What the change from one packed text to another runs into; nothing where they are equal.

    Nothing either where nothing was applied yet, or by a program that packed otherwise.
    """
    if applied is None or applied == declared:
        return ()
    before = _side(applied)
    return found_between(Sides(zone, before, _side(declared) or before)) if before else ()


def _side(text: str) -> Side | None:
    try:
        found: dict[str, Any] = json.loads(zlib.decompress(b64decode(text, validate=True)))
        return Side({key_of(one): one for one in found["objects"]}, found["documents"])
    except (KeyError, TypeError, ValueError, zlib.error):
        return None


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What the program says of findings; each text is empty where there is nothing to say."""

    refused: str
    warning: str
    note: str


_HEADINGS: dict[Effect, str] = {
    "refused": "This change cannot work:",
    "replaced": "Deleted and made anew:",
    "notice": "People do something beside the programs:",
    "restarts": "Pods restart:",
}


def spoken(findings: Sequence[Finding]) -> Spoken:
    """Refusals, warnings, and what restarts, each as one text."""
    return Spoken(
        refused=_text(findings, "refused"),
        warning="\n".join(filter(None, (_text(findings, "replaced"), _text(findings, "notice")))),
        note=_text(findings, "restarts"),
    )


def _text(findings: Sequence[Finding], effect: Effect) -> str:
    found = [finding for finding in findings if finding.effect == effect]
    if not found:
        return ""
    shown = found if effect == "refused" else found[:_MOST]
    lines = [line for finding in shown for line in _lines(finding)]
    more = len(found) - len(shown)
    if more:
        lines.append(f"  and {more} more: `estate check --against` lists all of them.")
    return "\n".join([_HEADINGS[effect], *lines])


def _lines(one: Finding) -> Iterator[str]:
    yield f"  {one.what}: {one.found}"
    yield from (f"    {number}. {step}" for number, step in enumerate(one.steps, 1))
