"""Who owns which field: the managers of server-side apply.

An object is created by a plain request, in the name of the provider; the first update turns
that ownership into the resource's own manager, so that fields which leave the inputs leave
the object, and fields of others stay theirs.
"""

from __future__ import annotations

import secrets

from lab.plugins.kubernetes.checkpoint import FIELD_MANAGER
from lab.plugins.kubernetes.objects import annotation
from lab.plugins.wire import Json, JsonMap, as_list, as_map, as_text, at

CREATOR = "pulumi-kubernetes"
"""The manager of a plain create."""

_TAKEN_OVER = {
    ("kubectl", "Apply"),
    ("kubectl", "Update"),
    ("before-first-apply", "Update"),
    (CREATOR, "Update"),
    ("pulumi-resource-kubernetes", "Update"),
}


def manager_for(inputs: JsonMap, state: JsonMap) -> str:
    """The manager's name: from the annotation, else as before, else a new random one."""
    chosen = annotation(inputs, "pulumi.com/patchFieldManager")
    known = as_text(state.get(FIELD_MANAGER))
    return chosen or known or f"{CREATOR}-{secrets.token_hex(4)}"


def was_created_plainly(live: JsonMap) -> bool:
    """Whether fields are still owned by the plain create."""
    return any(
        (at(entry, "manager"), at(entry, "operation")) == (CREATOR, "Update")
        for entry in as_list(at(live, "metadata", "managedFields"))
    )


def takeover(live: JsonMap, manager: str) -> list[Json] | None:
    """The JSON patch that makes the manager own what the plain create owned, if anything."""
    entries = as_list(at(live, "metadata", "managedFields"))
    kept: list[Json] = []
    fields: JsonMap = {}
    merged: JsonMap | None = None
    for entry in entries:
        item = as_map(entry)
        key = (as_text(item.get("manager")), as_text(item.get("operation")))
        ours = key == (manager, "Apply")
        if not item.get("subresource") and (ours or key in _TAKEN_OVER):
            merged = merged or {**item, "manager": manager, "operation": "Apply"}
            fields = _union(fields, as_map(item.get("fieldsV1")))
            continue
        kept.append(item)
    if merged is None or (len(kept) + 1 == len(entries) and _is_ours(entries, manager)):
        return None
    version = at(live, "metadata", "resourceVersion")
    return [
        _replace("/metadata/managedFields", [{**merged, "fieldsV1": fields}, *kept]),
        _replace("/metadata/resourceVersion", version),
    ]


def _is_ours(entries: list[Json], manager: str) -> bool:
    return any(
        at(entry, "manager") == manager and at(entry, "operation") == "Apply" for entry in entries
    )


def _replace(path: str, value: Json) -> JsonMap:
    return {"op": "replace", "path": path, "value": value}


def _union(left: JsonMap, right: JsonMap) -> JsonMap:
    out = dict(left)
    for key, value in right.items():
        before = out.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            out[key] = _union(before, value)
        else:
            out[key] = value
    return out
