"""``images.lock.yaml`` as text, and what a run of ``estate images resolve`` makes of it; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from estate.topics.registry.declare.images_lock import Pin

HEADING = """\
# yaml-language-server: $schema=docs/schema/images-lock.json
# What each tag of images.yaml led to, who saw it, and when. Nobody edits this file:
# `estate images resolve` writes it.
"""


@dataclass(frozen=True)
class Change:
    """What is new of one reference."""

    reference: str
    before: str
    """A digest; empty where none was known."""
    after: str
    """A digest; empty where nobody names the reference any more."""


def merged(
    known: Mapping[str, Pin], found: Mapping[str, Pin], named: Iterable[str]
) -> tuple[dict[str, Pin], tuple[Change, ...]]:
    """The pins from now on, and what changes.

    A digest that was seen again keeps its date and name. References outside ``named`` leave.
    """
    pins: dict[str, Pin] = {}
    changes: list[Change] = []
    for reference in sorted({*named}):
        before, after = known.get(reference), found.get(reference)
        if after and (before is None or before.digest != after.digest):
            pins[reference] = after
            changes.append(Change(reference, before.digest if before else "", after.digest))
        elif before:
            pins[reference] = before
    changes += [
        Change(reference, known[reference].digest, "")
        for reference in sorted(known.keys() - pins.keys())
    ]
    return pins, tuple(changes)


def as_text(pins: Mapping[str, Pin]) -> str:
    """The file, byte by byte the same for the same pins."""
    lines = [HEADING + ("digests:" if pins else "digests: {}")]
    for reference in sorted(pins):
        pin = pins[reference]
        lines += [
            f"  {json.dumps(reference)}:",
            f"    digest: {pin.digest}",
            f"    resolved_by: {json.dumps(pin.resolved_by)}",
            f"    resolved_at: {json.dumps(pin.resolved_at)}",
        ]
        if pin.asked:
            lines.append(f"    asked: {json.dumps(pin.asked)}")
    return "\n".join(lines) + "\n"
