"""From plain values to a model, or to problems in our own words with the place of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from estate.declare.problems import (
    Key,
    KeyPath,
    Positions,
    Problem,
    did_you_mean,
    show_path,
    shown,
)

M = TypeVar("M", bound=BaseModel)

_KINDS_OF_VALUE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}


def validate(
    model: type[M], value: object, positions: Positions, prefix: KeyPath = ()
) -> tuple[M | None, list[Problem]]:
    """``value`` as ``model``; every problem of it otherwise. ``prefix`` leads to it in the file."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [
            _problem(model, details, positions, prefix)
            for details in error.errors(include_url=False)
        ]


def _problem(
    model: type[BaseModel], details: ErrorDetails, positions: Positions, prefix: KeyPath
) -> Problem:
    path: KeyPath = tuple(details["loc"])
    of_key = path[-1:] == ("[key]",)
    if of_key:
        path = path[:-1]
    code, found, allowed, hint = _words(model, details, path, of_key)
    full = prefix + path
    at_key = of_key or details["type"] == "extra_forbidden"
    source = positions.key(full) if at_key else positions.value(full)
    return Problem(
        code=code, source=source, key_path=show_path(path), found=found, allowed=allowed, hint=hint
    )


def _words(
    model: type[BaseModel], details: ErrorDetails, path: KeyPath, of_key: bool
) -> tuple[str, str, str, str]:
    kind = details["type"]
    context: dict[str, Any] = details.get("ctx", {})
    value: object = details["input"]
    if kind == "estate":
        return context["code"], context["found"], context["allowed"], context["hint"]
    if kind == "missing":
        return "missing-key", f"the key '{_bare(path[-1])}' is missing", "", _purpose(model, path)
    if kind == "extra_forbidden":
        known = _keys(model, path[:-1])
        near = did_you_mean(str(path[-1]), known)
        return "unknown-key", f"unknown key {shown(str(path[-1]))}", ", ".join(known), near
    if kind == "literal_error":
        choices = [str(choice) for choice in _choices(model, path, of_key)]
        what = "unknown key" if of_key else "found"
        near = did_you_mean(str(value), choices)
        return (
            "not-a-choice",
            f"{what} {shown(value)}",
            ", ".join(choices) or context["expected"],
            near,
        )
    if kind in _KINDS_OF_VALUE:
        return (
            "wrong-type",
            f"found {_kind_of(value)}",
            _KINDS_OF_VALUE[kind],
            _type_hint(kind, value),
        )
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        side = "at least" if "ge" in context else "at most"
        return "out-of-range", f"found {shown(value)}", f"{side} {bound}", ""
    if kind == "string_pattern_mismatch":
        return (
            "wrong-form",
            f"found {shown(value)}",
            f"the form {context['pattern']}",
            _purpose(model, path),
        )
    if kind in ("too_short", "string_too_short"):
        return "too-short", "nothing stands here", f"at least {context['min_length']}", ""
    return "invalid", str(details["msg"]), "", ""


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return f"'{str(value).lower()}', a boolean"
    if isinstance(value, int):
        return f"'{value}', a number"
    if isinstance(value, str):
        return f"{shown(value)}, text"
    return "a list" if isinstance(value, Sequence) else "a mapping"


def _type_hint(kind: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, int) and not isinstance(value, bool):
        return f'Put it in quotes: "{value}"'
    if kind == "int_type" and isinstance(value, str) and value.lstrip("-").isdigit():
        return f"Write it without quotes: {value}"
    if kind == "tuple_type" and not isinstance(value, tuple | dict):
        return "Begin the line with '- ', or put it in [ ]"
    return ""


def _bare(key: Key) -> str:
    return str(key)


def _annotation(model: Any, path: KeyPath) -> Any:
    """The type that ``path`` leads to, as far as it can be followed."""
    current: Any = model
    for key in path:
        current = _unwrapped(current)
        if isinstance(current, type) and issubclass(current, BaseModel):
            found = _field(current, str(key))
            if found is None:
                return None
            current = found.annotation
        elif get_origin(current) in (tuple, dict):
            current = get_args(current)[0 if get_origin(current) is tuple else 1]
        else:
            return None
    return _unwrapped(current)


def _unwrapped(annotation: Any) -> Any:
    """Without ``| None`` and ``Annotated``."""
    args = [arg for arg in get_args(annotation) if arg is not type(None)]
    if type(None) in get_args(annotation) and len(args) == 1:
        return _unwrapped(args[0])
    if hasattr(annotation, "__metadata__"):
        return _unwrapped(annotation.__origin__)
    return annotation


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    for name, info in model.model_fields.items():
        if (info.alias or name) == key:
            return info
    return None


def _keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    at = _annotation(model, path)
    if isinstance(at, type) and issubclass(at, BaseModel):
        return [info.alias or name for name, info in at.model_fields.items()]
    return []


def _choices(model: type[BaseModel], path: KeyPath, of_key: bool) -> tuple[object, ...]:
    if of_key:
        at = _annotation(model, path[:-1])
        return get_args(_unwrapped(get_args(at)[0])) if get_args(at) else ()
    return get_args(_annotation(model, path))


def _purpose(model: type[BaseModel], path: KeyPath) -> str:
    """What the key is for, from the field's docstring, so that the message teaches."""
    at = _annotation(model, path[:-1])
    info = _field(at, str(path[-1])) if isinstance(at, type) and issubclass(at, BaseModel) else None
    return (info.description or "").split("\n")[0] if info else ""
