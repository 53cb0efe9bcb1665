"""What others define: the schemas of their kinds, strictly, so that nothing would be pruned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from toolchain import sources

Json = dict[str, Any]
Schemas = Mapping[tuple[str, str], Json]
"""By version of the API and kind."""


def schemas_of(source: str) -> Schemas:
    """Every served version of every kind that a pinned source defines."""
    found: dict[tuple[str, str], Json] = {}
    for path in sorted(sources.folder(source).glob("*.yaml")):
        for body in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if body["kind"] == "CustomResourceDefinition":
                found |= _versions(body["spec"])
    return found


def _versions(spec: Json) -> dict[tuple[str, str], Json]:
    found: dict[tuple[str, str], Json] = {}
    for version in spec["versions"]:
        if version["served"] and not version.get("deprecated"):
            schema = _strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


def _strict(schema: Any) -> Any:
    """The same schema, but what it does not know is refused, not pruned."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(schema, dict):
        return schema
    found: Json = {str(key): _strict(one) for key, one in schema.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(found.get("properties"), dict) and "additionalProperties" not in found:
        found["additionalProperties"] = False
    return found


def problems(schemas: Schemas, one: Json) -> list[str]:
    """What its definition says against an object."""
    schema = schemas[one["apiVersion"], one["kind"]]
    return [error.message for error in Draft202012Validator(schema).iter_errors(one)]  # pyright: ignore[reportUnknownMemberType]
