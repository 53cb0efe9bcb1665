"""What is emitted for one zone, and where each thing of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from estate.composition import Composition
from estate.handover import documents
from estate.objects.manifest import JsonObject
from estate.reader.problems import Problem, Source
from estate.reader.values import Zone


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file as `estate render` writes it, and the thing in it."""

    file: str
    item: str = ""

    def at(self, path: str) -> Place:
        """Something within it."""
        return Place(self.file, f"{self.item} {path}".strip())

    def problem(self, code: str, found: str, hint: str, allowed: str = "") -> Problem:
        """A problem with what stands here."""
        return Problem(
            code=code,
            source=Source(self.file),
            key_path=self.item,
            found=found,
            allowed=allowed,
            hint=hint,
        )

    def __str__(self) -> str:
        return f"{self.file}: {self.item}" if self.item else self.file


@dataclass(frozen=True)
class Emitted:
    """One zone's objects and documents, as they are rendered."""

    zone: Zone
    objects: tuple[tuple[Place, JsonObject], ...]
    texts: Mapping[str, str] = field(hash=False)
    """Documents by name."""

    def of_kind(self, *kinds: str) -> Iterator[tuple[Place, JsonObject]]:
        """The objects of these kinds."""
        return (one for one in self.objects if one[1]["kind"] in kinds)

    def document(self, name: str) -> Place:
        """Where a document stands."""
        return Place(f"{self.zone}/documents/{name}")


def emitted(composition: Composition) -> Emitted:
    """What a composition becomes, in the order in which it is applied."""
    zone = composition.plan.zone
    return Emitted(
        zone=zone,
        objects=tuple(
            (
                _place(f"{zone}/manifests/{group.family}/{group.name}.yaml", manifest.body),
                manifest.body,
            )
            for group in composition.groups
            for manifest in group.manifests
        ),
        texts={document.name: document.text for document in documents(composition.plan)},
    )


def _place(file: str, body: JsonObject) -> Place:
    metadata = body["metadata"]
    assert isinstance(metadata, dict)
    found: JsonObject = {str(key): value for key, value in metadata.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    namespace = f"{found['namespace']}/" if "namespace" in found else ""
    return Place(file, f"{body['kind']} {namespace}{found['name']}")
