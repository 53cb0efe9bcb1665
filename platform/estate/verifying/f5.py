"""The AS3 declaration that a device gives at `/mgmt/shared/appsvcs/declare` (E3, E8).

Partitions that the stack does not declare belong to others, such as the other zone on the same
device: they are named and not judged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from estate.changes.as3 import As3Delta, as3_deltas
from estate.importing.f5.declaration import declaration_of, mapping
from estate.importing.machine import Unreadable as NoDeclaration
from estate.verifying.verdict import Held, Unreadable

SIGNS = {"+ ": "declared and not on the device: ", "- ": "on the device and not declared: "}
"""Of a property, as :mod:`estate.changes.as3` writes it."""

_SECRET = re.compile(r"passphrase|ciphertext|password|privateKey|secret", re.IGNORECASE)
"""Properties of AS3 whose values are secrets, or hold one in encrypted form."""


def held(declared: str, found: str) -> Held:
    """Raises :class:`Unreadable` where the device's file is no declaration."""
    try:
        device = declaration_of(found)
    except NoDeclaration as trouble:
        raise Unreadable(str(trouble)) from None
    own = cast("dict[str, Any]", json.loads(declared))
    tenants = {name for name, one in own.items() if mapping(one).get("class") == "Tenant"}
    others = sorted(
        name
        for name, one in device.items()
        if mapping(one).get("class") == "Tenant" and name not in tenants
    )
    ours = {name: one for name, one in device.items() if name not in others}
    return Held(
        differences=tuple(
            sentence
            for delta in as3_deltas(json.dumps(ours), declared)
            for sentence in _sentences(delta)
        ),
        beside=tuple(f"partition {name}" for name in others),
    )


def _sentences(delta: As3Delta) -> Iterator[str]:
    if delta.action == "add":
        yield f"{delta.path}: declared and not on the device"
    elif delta.action == "remove":
        yield f"{delta.path}: on the device and not declared"
    for detail in delta.details:
        name, _, value = detail[2:].partition(": ")
        shown = "a value that is not shown" if _SECRET.search(name) else value
        yield f"{delta.path}: {SIGNS[detail[:2]]}{name}: {shown}"
