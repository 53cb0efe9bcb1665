"""JSON Schema of what differs by environment: the same keys, and none of them is required."""

from __future__ import annotations

from typing import Any

from estate.declarations.overlay import BY, COMMON, IN, WITHOUT
from estate.reader.stacks import ENVIRONMENT_PATTERN

Json = dict[str, Any]

_REF = "#/definitions/"
_PART = "In"
"""Behind the name of a definition of which nothing is required."""


def with_differences(schema: Json) -> Json:
    """The schema with the keys that may stand below ``in``, for each kind of declaration."""
    definitions: Json = schema.get("definitions", {})
    made: Json = {}
    for holder in (schema, *definitions.values()):
        if IN in holder.get("properties", {}):
            described = holder["properties"][IN].get("description")
            holder["properties"][IN] = {
                "type": "object",
                **({"description": described} if described else {}),
                "patternProperties": {ENVIRONMENT_PATTERN: _own(holder, definitions, made)},
                "additionalProperties": False,
            }
    if made:
        schema["definitions"] = {**definitions, **made}
    return schema


def _own(holder: Json, definitions: Json, made: Json) -> Json:
    """What may stand there: every key that may differ, and a list of those left out."""
    keys: Json = {
        key: _part(value, definitions, made, merged=(key,) in BY)
        for key, value in holder["properties"].items()
        if key not in COMMON
    }
    keys[WITHOUT] = {
        "type": "array",
        "description": "Keys that this environment does not have",
        "items": {"enum": sorted(keys)},
    }
    return {"type": "object", "properties": keys, "additionalProperties": False}


def _part(value: Json, definitions: Json, made: Json, *, merged: bool = False) -> Json:
    """The value, of which mappings are merged into the common ones."""
    if merged and "items" in value:
        return {**value, "items": _part(value["items"], definitions, made)}
    if "allOf" in value:
        return {**value, "allOf": [_part(one, definitions, made) for one in value["allOf"]]}
    if "anyOf" in value:
        return {**value, "anyOf": [_part(one, definitions, made) for one in value["anyOf"]]}
    if not str(value.get("$ref", "")).startswith(_REF):
        return value
    name = value["$ref"].removeprefix(_REF)
    found = definitions[name]
    if "properties" not in found:
        return value
    if f"{name}{_PART}" not in made:
        made[f"{name}{_PART}"] = {}  # it may hold itself
        keys = {key: _part(one, definitions, made) for key, one in found["properties"].items()}
        rest = {key: one for key, one in found.items() if key != "required"}
        made[f"{name}{_PART}"] = {**rest, "properties": keys}
    return {**value, "$ref": f"{_REF}{name}{_PART}"}
