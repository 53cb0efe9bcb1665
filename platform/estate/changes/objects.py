"""Which objects of a cluster differ between two renders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from estate.changes.as3 import Action

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_Objects = dict[str, Any]


def object_deltas(
    before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[tuple[Action, str]]:
    """Each object that comes, changes or goes, as ``Kind namespace/name``."""
    differing = [
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    ]
    old = _objects(before.get(name, "") for name in differing)
    new = _objects(after.get(name, "") for name in differing)
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield "add", name
        elif name not in new:
            yield "remove", name
        elif old[name] != new[name]:
            yield "change", name


def _objects(texts: Iterator[str]) -> _Objects:
    found: _Objects = {}
    for text in texts:
        for one in yaml.load_all(text, Loader=_Loader):
            metadata = one["metadata"]
            namespace = f"{metadata['namespace']}/" if "namespace" in metadata else ""
            found[f"{one['kind']} {namespace}{metadata['name']}"] = one
    return found
