"""From plain values to a model, or to problems in our own words with the place of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from estate.reader.keys import as_written, choices, description, example, keys, kinds, required
from estate.reader.problems import KeyPath, Positions, Problem, did_you_mean, show_path, shown
from estate.reader.values import Model

M = TypeVar("M", bound=BaseModel)

_KINDS_OF_VALUE = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}


def validate(
    model: type[M], value: object, positions: Positions, prefix: KeyPath = ()
) -> tuple[M | None, list[Problem]]:
    """``value`` as ``model``; every problem of it otherwise. ``prefix`` is its path in the file."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [
            _problem(model, details, positions, prefix)
            for details in found
            if not _only_seems_short(details, found)
        ]


def _only_seems_short(details: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """pydantic counts the right items only: what stands there and is wrong has been reported."""
    place = details["loc"]
    return details["type"] == "too_short" and any(
        error["loc"][: len(place)] == place and len(error["loc"]) > len(place) for error in found
    )


_OF_KIND = ("union_tag_not_found", "union_tag_invalid")
"""One of several models stands there, and ``kind`` does not say which."""

_RENAMED = {
    "estate:f5": "The same facts stand below 'estate:load_balancer' now, with 'kind: f5' first",
    "liveness": "It stands below 'health' now. Example: health: {ready: /healthz, alive: /livez}",
}
"""Keys that were called differently once, and what to write instead."""


@dataclass(frozen=True)
class _Words:
    code: str
    found: str
    allowed: str = ""
    hint: str = ""


def _problem(
    model: type[BaseModel], details: ErrorDetails, positions: Positions, prefix: KeyPath
) -> Problem:
    path: KeyPath = tuple(details["loc"])
    # pydantic marks a wrong key of a mapping so; people may call a key so, too.
    of_key = len(path) > 1 and path[-1] == "[key]" and details["input"] == path[-2]
    of_key = of_key and details["type"] != "extra_forbidden"
    if of_key:
        path = path[:-1]
    words = _words(model, details, path, of_key)
    path = as_written(model, path)
    if details["type"] in _OF_KIND:
        path = (*path, "kind")
    full = prefix + path
    at_key = of_key or details["type"] == "extra_forbidden"
    return Problem(
        code=words.code,
        source=positions.key(full) if at_key else positions.value(full),
        key_path=show_path(positions.written(path)),
        found=words.found,
        allowed=words.allowed,
        hint=words.hint,
    )


def _words(model: type[BaseModel], details: ErrorDetails, path: KeyPath, of_key: bool) -> _Words:
    kind = details["type"]
    context: dict[str, Any] = details.get("ctx", {})
    value: object = details["input"]
    if kind == "estate":
        return _Words(
            code=context["code"],
            found=context["found"],
            allowed=context["allowed"],
            hint=context["hint"],
        )
    if kind == "missing":
        return _missing(model, path)
    if kind == "extra_forbidden":
        return _strange(model, path)
    if kind in _OF_KIND:
        return _kind(model, path, value)
    if kind == "literal_error":
        return _choice(model, path, of_key, value)
    if kind in _KINDS_OF_VALUE:
        return _Words(
            code="wrong-type",
            found=f"found {_kind_of(value)}",
            allowed=_KINDS_OF_VALUE[kind],
            hint=_type_hint(kind, value) or example(model, path),
        )
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        side = "at least" if "ge" in context else "at most"
        return _Words(
            code="out-of-range",
            found=f"found {shown(value)}",
            allowed=f"{side} {bound}",
            hint=description(model, path),
        )
    if kind in ("too_short", "string_too_short"):
        return _Words(
            code="too-short",
            found="nothing stands here",
            allowed=f"at least {context['min_length']}",
            hint=" ".join(
                part for part in (description(model, path), example(model, path)) if part
            ),
        )
    if kind == "string_too_long":
        return _Words(
            code="too-long",
            found=f"the text has {len(str(value))} characters",
            allowed=f"at most {context['max_length']}",
        )
    return _Words(code="invalid", found=str(details["msg"]))


def _strange(model: type[BaseModel], path: KeyPath) -> _Words:
    """A key that is not one here: one that a rule forbids, one renamed, or a slip of the pen."""
    known = keys(model, path[:-1])
    forbidden = model.forbidden_key(str(path[-1])) if issubclass(model, Model) else None
    if forbidden:
        return _Words(
            code="against-a-rule",
            found=f"the key {shown(path[-1])} would go against the rule '{forbidden.rule}': "
            f"{forbidden.says}",
            allowed=", ".join(known),
            hint=forbidden.way_out,
        )
    return _Words(
        code="unknown-key",
        found=f"unknown key {shown(path[-1])}",
        allowed=", ".join(known),
        hint=_RENAMED.get(str(path[-1]), "") or did_you_mean(str(path[-1]), known),
    )


def _missing(model: type[BaseModel], path: KeyPath) -> _Words:
    """What is missing, what it is for, and what it looks like: the message teaches."""
    options = choices(model, path, of_key=False)
    within = required(model, path)
    if options:
        allowed = ", ".join(options)
    elif within and not example(model, path):
        allowed = f"a mapping of {', '.join(within)}"
    else:
        allowed = ""
    hint = " ".join(part for part in (description(model, path), example(model, path)) if part)
    return _Words(
        code="missing-key", found=f"the key '{path[-1]}' is missing", allowed=allowed, hint=hint
    )


def _kind(model: type[BaseModel], path: KeyPath, value: object) -> _Words:
    """Which of several models stands there must be said, in a word that one of them knows."""
    known = kinds(model, path)
    written = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if "kind" not in written:
        hint = " ".join(known.values())
        return _Words("missing-key", "the key 'kind' is missing", ", ".join(known), hint)
    word = str(written["kind"])
    return _Words(
        "not-a-choice", f"found {shown(word)}", ", ".join(known), did_you_mean(word, known)
    )


def _choice(model: type[BaseModel], path: KeyPath, of_key: bool, value: object) -> _Words:
    options = choices(model, path, of_key)
    return _Words(
        code="not-a-choice",
        found=f"{'unknown key' if of_key else 'found'} {shown(value)}",
        allowed=", ".join(options),
        hint=did_you_mean(str(value), options) or ("" if of_key else description(model, path)),
    )


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return f"{shown(value)}, a boolean"
    if isinstance(value, int):
        return f"{shown(value)}, a number"
    if isinstance(value, str):
        return f"{shown(value)}, text" if value else "an empty text"
    return "a list" if isinstance(value, Sequence) else "a mapping"


def _type_hint(kind: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, int):
        return f'Put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}"'
    if kind == "int_type" and isinstance(value, str):
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) <= 9:
            return f"Write it without quotes: {int(value)}"
    if kind == "tuple_type" and not isinstance(value, dict):
        return "Begin the line with '- ', or put it in [ ]"
    return ""
