"""Which objects of a cluster differ between two renders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
    came, went = (_by_content(one.keys() - other.keys()) for one, other in ((new, old), (old, new)))
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            # An object with its content's hash in its name gets a new name: its readers move over.
            replaces = went.get(_hashless(name), ())
            yield ("change" if replaces else "add"), name
        elif name not in new:
            if _hashless(name) not in came:
                yield "remove", name
        elif old[name] != new[name]:
            yield "change", name


def _hashless(name: str) -> str:
    return re.sub(r"-[0-9a-f]{8}$", "", name)


def _by_content(names: Iterable[str]) -> dict[str, list[str]]:
    """Those that end in a hash, by what stands before it."""
    found: dict[str, list[str]] = {}
    for name in names:
        if _hashless(name) != name:
            found.setdefault(_hashless(name), []).append(name)
    return found


def _objects(texts: Iterator[str]) -> _Objects:
    found: _Objects = {}
    for text in texts:
        for one in yaml.load_all(text, Loader=_Loader):
            metadata = one["metadata"]
            namespace = f"{metadata['namespace']}/" if "namespace" in metadata else ""
            found[f"{one['kind']} {namespace}{metadata['name']}"] = one
    return found
