"""Keys that an import makes, read by the declarations' own models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from pydantic import BaseModel

from estate.reader.problems import Positions, Problem
from estate.reader.validation import validate

M = TypeVar("M", bound=BaseModel)


def read_as(model: type[M], value: object) -> tuple[M | None, list[Problem]]:
    """``value`` as `estate check` reads it, or its problems."""
    return validate(model, _frozen(value), Positions("", {}, {}))


def _frozen(value: object) -> object:
    """Lists as the reader of YAML has them."""
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in cast("Mapping[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return tuple(_frozen(one) for one in cast("list[object]", value))
    return value


def said(problem: Problem) -> str:
    """What is wrong, without a place: the value stands in no file yet."""
    rest = [f"Allowed: {problem.allowed}" if problem.allowed else "", problem.hint]
    return ". ".join([problem.found, *(one for one in rest if one)])
