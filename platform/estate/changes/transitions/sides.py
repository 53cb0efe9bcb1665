"""Both sides of a change, as a rule reads them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from estate.changes.rendered import Rendered

Json = dict[str, Any]
Key = tuple[str, str, str]
"""Kind, namespace (empty where the kind has none) and name."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Side:
    """One zone at one time."""

    objects: Mapping[Key, Json]
    documents: Mapping[str, str]

    def of(self, kind: str) -> Iterator[tuple[Key, Json]]:
        """The objects of a kind, by name."""
        return ((key, self.objects[key]) for key in self._by_kind.get(kind, ()))

    def rows(self, document: str) -> list[dict[str, str]]:
        """The rows of a table; none where it is not handed over."""
        return list(csv.DictReader(io.StringIO(self.documents.get(document, ""))))

    @cached_property
    def _by_kind(self) -> dict[str, list[Key]]:
        found: dict[str, list[Key]] = {}
        for key in sorted(self.objects):
            found.setdefault(key[0], []).append(key)
        return found


@dataclass(frozen=True)
class Sides:
    """What is applied and what is declared."""

    zone: str
    """The stack."""
    before: Side
    after: Side

    def kept(self, kind: str) -> Iterator[tuple[Key, Json, Json]]:
        """The objects of a kind that are on both sides, as they were and as they will be."""
        for key, new in self.after.of(kind):
            old = self.before.objects.get(key)
            if old is not None:
                yield key, old, new


def sides(zone: str, before: Rendered, after: Rendered) -> Sides:
    """Reads two renders; a file that is the same in both is read once."""
    read: dict[str, dict[Key, Json]] = {}
    return Sides(zone, _side(before, read), _side(after, read))


def _side(found: Rendered, read: dict[str, dict[Key, Json]]) -> Side:
    objects: dict[Key, Json] = {}
    for text in found.manifests.values():
        if text not in read:
            read[text] = {key_of(one): one for one in yaml.load_all(text, Loader=_Loader)}
        objects |= read[text]
    return Side(objects, found.documents)


def key_of(one: Json) -> Key:
    """What tells an object from all others."""
    metadata = one["metadata"]
    return one["kind"], metadata.get("namespace", ""), metadata["name"]


def named(key: Key) -> str:
    """``Kind namespace/name``."""
    kind, namespace, name = key
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def at(one: Any, path: str) -> Any:
    """The value at a path of keys joined by dots; None where there is none."""
    for name in path.split("."):
        if not isinstance(one, dict) or name not in one:
            return None
        one = one[name]  # pyright: ignore[reportUnknownVariableType]
    return one  # pyright: ignore[reportUnknownVariableType]
