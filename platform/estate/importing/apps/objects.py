"""Kubernetes objects of files: lists, and YAML of several documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from estate.importing.machine import Unreadable

Json = dict[str, Any]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def mapping(found: object) -> Json:
    """A mapping; an empty one in place of anything else."""
    return cast("Json", found) if isinstance(found, dict) else {}


def mappings(found: object) -> list[Json]:
    """The mappings of a list."""
    return [mapping(one) for one in cast("list[object]", found)] if isinstance(found, list) else []


def texts(found: object) -> list[str]:
    """The values of a list, as text."""
    return [str(one) for one in cast("list[object]", found)] if isinstance(found, list) else []


@dataclass(frozen=True)
class KubeObject:
    """One object, as it was written or as the API server gives it."""

    body: Json

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.body.get("kind", ""))

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.metadata.get("name", ""))

    @property
    def namespace(self) -> str:
        """Its namespace; empty where nothing is said."""
        return str(self.metadata.get("namespace", ""))

    @property
    def metadata(self) -> Json:
        """Name, labels, annotations."""
        return mapping(self.body.get("metadata"))

    @property
    def labels(self) -> dict[str, str]:
        """Its labels."""
        return {str(key): str(one) for key, one in mapping(self.metadata.get("labels")).items()}

    @property
    def annotations(self) -> dict[str, str]:
        """Its annotations."""
        found = mapping(self.metadata.get("annotations"))
        return {str(key): str(one) for key, one in found.items()}

    @property
    def spec(self) -> Json:
        """What it asks for."""
        return mapping(self.body.get("spec"))

    @property
    def title(self) -> str:
        """For lists."""
        return f"{self.kind} {self.name}"


class Objects:
    """All objects of the files, found by kind and name."""

    def __init__(self, objects: Iterable[KubeObject]) -> None:
        self.all = tuple(objects)
        self._by_name = {(one.kind, one.namespace, one.name): one for one in self.all}

    def of(self, *kinds: str, namespace: str | None = None) -> Iterator[KubeObject]:
        """Those of the kinds, in their order."""
        for one in self.all:
            if one.kind in kinds and namespace in (None, one.namespace):
                yield one

    def named(self, kind: str, namespace: str, name: str) -> KubeObject | None:
        """The one of that name."""
        return self._by_name.get((kind, namespace, name))


def read_objects(paths: Iterable[Path]) -> Objects:
    """Every object of the files. Raises :class:`Unreadable` with the file's name."""
    return Objects(one for path in paths for one in _of_file(path))


def _of_file(path: Path) -> Iterator[KubeObject]:
    try:
        documents: list[object] = [
            *yaml.load_all(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
        ]
    except (OSError, UnicodeDecodeError) as trouble:
        raise Unreadable(f"{path}: it cannot be read: {trouble}") from None
    except (yaml.YAMLError, ValueError) as trouble:
        said = " ".join(str(trouble).split())
        raise Unreadable(f"{path}: it is no YAML: {said}") from None
    found = [one for document in documents if document for one in _each(mapping(document))]
    if not found or not all(one.kind and one.name for one in found):
        raise Unreadable(f"{path}: it holds no Kubernetes objects, each with kind and name")
    yield from found


def _each(document: Json) -> Iterator[KubeObject]:
    if str(document.get("kind", "")).endswith("List") and "items" in document:
        for one in mappings(document["items"]):
            yield from _each(one)
    else:
        yield KubeObject(document)
