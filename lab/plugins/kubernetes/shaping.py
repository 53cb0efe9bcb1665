"""Objects and differences brought into the shape that a comparison or an answer needs."""

from __future__ import annotations

from lab.plugins.kubernetes.difference import Difference
from lab.plugins.kubernetes.objects import kind_of_urn, without_read_only
from lab.plugins.wire import JsonMap, as_map


def placed(obj: JsonMap, namespace: str, name: str, *, namespaced: bool) -> JsonMap:
    """The object with its name, and its namespace where its kind has one."""
    meta = {k: v for k, v in as_map(obj.get("metadata")).items() if k != "namespace"}
    meta["name"] = name
    if namespaced:
        meta["namespace"] = namespace or "default"
    return {**obj, "metadata": meta}


def ignore(found: Difference, ignored: list[str]) -> None:
    """Take the changes away that the program wants ignored."""
    for path in list(found.changes):
        if any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in ignored):
            del found.changes[path]
            if path in found.replaces:
                found.replaces.remove(path)


def pointed(urn: str, namespace: str, name: str) -> JsonMap:
    """What a read by id knows of its object."""
    api_version, kind = kind_of_urn(urn)
    metadata: JsonMap = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def as_inputs(live: JsonMap) -> JsonMap:
    """A live object as if a program had written it."""
    return without_read_only({key: value for key, value in live.items() if key != "status"})
