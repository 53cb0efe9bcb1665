"""Reads artefacts strictly: a key that a reader does not know is a problem, never ignored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from estate.objects.manifest import JsonObject
from estate.proof.emitted import Place
from estate.reader.problems import Problem

NOT_UNDERSTOOD = "not-understood"


class Strict(BaseModel):
    """What is read knows every key that may stand there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Loose(BaseModel):
    """What is read takes from a large object the few keys that matter to who reaches what."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Metadata(Loose):
    """Of any object."""

    name: str
    namespace: str = ""
    labels: dict[str, str] = Field(default_factory=dict[str, str])
    annotations: dict[str, str] = Field(default_factory=dict[str, str])


M = TypeVar("M", bound=BaseModel)


@dataclass
class Troubles:
    """Problems found on the way."""

    problems: list[Problem] = field(default_factory=list[Problem])

    def refuse(self, place: Place, found: str, hint: str = "") -> None:
        """Something that the resolver cannot judge; neither allowed nor blocked is true then."""
        self.problems.append(
            place.problem(
                NOT_UNDERSTOOD,
                found,
                hint or "Emit it in a form that estate.proof reads, or teach its reader this form",
            )
        )

    def read(self, model: type[M], body: object, place: Place) -> M | None:
        """The artefact as its reader knows it; None where it does not, which is a problem."""
        try:
            return model.model_validate(body)
        except ValidationError as error:
            for one in error.errors():
                path = ".".join(str(key) for key in one["loc"])
                self.refuse(place.at(path), f"the proof does not understand it: {one['msg']}")
            return None


def mapping(value: object) -> JsonObject:
    """A JSON object, for what is read key by key; empty for anything else."""
    if not isinstance(value, dict):
        return {}
    return {str(key): one for key, one in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def listed(value: object) -> list[object]:
    """A JSON array; empty for anything else."""
    if not isinstance(value, list):
        return []
    return [*value]


def named(names: Iterable[str], most: int = 3) -> str:
    """Some names, and how many more there are."""
    found = list(names)
    rest = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + rest
