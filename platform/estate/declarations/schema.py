"""JSON Schema of the declarations, so that an editor completes, explains and underlines.

Generated from the models. The loader checks more: a schema cannot see two files at once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from estate.declarations.environments import EnvironmentList
from estate.declarations.inventory_file import KEY as INVENTORY
from estate.declarations.schema_of_differences import with_differences
from estate.declarations.stack import Stack
from estate.declarations.stack_file import NAMESPACE, TOP_LEVEL
from estate.reader.docstrings import docstring
from estate.reader.keys import plain_words
from estate.topics.apps.declare.kinds import App
from estate.topics.exposure.declare.node_ports import NodePortRegister
from estate.topics.nodes.declare import Node
from estate.topics.registry.declare.images import Images
from estate.topics.registry.declare.images_lock import ImagesLock
from estate.topics.tenancy.declare.tenants import Tenant

DIALECT = "http://json-schema.org/draft-07/schema#"
"""What the YAML language server understands without reserve."""

T = TypeVar("T")


class _Generator(GenerateJsonSchema):
    """Draft 7, and a key that may be left out is left out, never null: the loader refuses null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for name, info in model.model_fields.items():
            if (text := docstring(model, name)) and (key := info.alias or name) in made.get(
                "properties", {}
            ):
                made["properties"][key]["description"] = text
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file: ``stack``, ``tenant``, ``app`` and so on."""
    app = TypeAdapter[Any](Annotated[App, Field(discriminator="kind")])
    return {
        "stack": _stack(),
        "nodes": _schema("The nodes of a zone", TypeAdapter(tuple[Node, ...])),
        "tenant": with_differences(_schema("A tenant", TypeAdapter(Tenant))),
        "app": with_differences(_schema("An app in one zone", app)),
        "images": _schema("Images of the platform's own", TypeAdapter(Images)),
        "images-lock": _schema("Digests of the platform's own images", TypeAdapter(ImagesLock)),
        "environments": _schema("The environments", TypeAdapter(EnvironmentList)),
        "node-ports": _schema("The register of node ports", TypeAdapter(NodePortRegister)),
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write ``<kind>.json`` for each kind of file, as the shipped modelines expect them."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for kind, schema in schemas().items():
        path = folder / f"{kind}.json"
        path.write_text(as_text(schema), encoding="utf-8")
        written.append(path)
    return written


def as_text(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _schema(title: str, adapter: TypeAdapter[T]) -> dict[str, Any]:
    made = adapter.json_schema(
        by_alias=True, ref_template="#/definitions/{model}", schema_generator=_Generator
    )
    cleaned: dict[str, Any] = _cleaned(made)
    cleaned["title"] = title
    if "$defs" in cleaned:
        cleaned["definitions"] = cleaned.pop("$defs")
    return {"$schema": DIALECT} | cleaned


def _cleaned(part: Any) -> Any:
    """Without generated titles and null defaults; docstrings as one line of Markdown."""
    if isinstance(part, list):
        return [_cleaned(item) for item in part]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(part, dict):
        return part
    result: dict[str, Any] = {}
    for key, value in part.items():  # pyright: ignore[reportUnknownVariableType]
        if key == "title" and isinstance(value, str):
            continue
        if key == "discriminator" and isinstance(value, dict) and "mapping" in value:
            continue  # no word of JSON Schema
        if key == "default" and value is None:
            continue
        if key == "description" and isinstance(value, str):
            result[key] = plain_words(value, quote="`")
        else:
            result[str(key)] = _cleaned(value)  # pyright: ignore[reportUnknownArgumentType]
    if "patternProperties" in result:
        result.setdefault("additionalProperties", False)
    return result


def _stack() -> dict[str, Any]:
    """The facts in their frame, and beside them what Pulumi and its plugins keep there."""
    facts = _schema("", TypeAdapter(Stack))
    secret = {
        "type": "object",
        "description": "A secret, as `pulumi config set --secret` writes it",
        "properties": {"secure": {"type": "string"}},
        "required": ["secure"],
        "additionalProperties": False,
    }
    config: dict[str, Any] = {
        "type": "object",
        "description": facts["description"],
        "properties": facts["properties"],
        # Nodes may stand in a file of their own.
        "required": [fact for fact in facts["required"] if fact != INVENTORY],
        "patternProperties": {f"^(?!{NAMESPACE})": {}},
        "additionalProperties": secret,
    }
    described: dict[str, Any] = {
        "config": config,
        "encryptionsalt": {"type": "string", "description": "Pulumi's own"},
        "encryptedkey": {"type": "string", "description": "Pulumi's own"},
        "secretsprovider": {"type": "string", "description": "Pulumi's own"},
        "environment": {"description": "Pulumi's own"},
    }
    return {
        "$schema": DIALECT,
        "title": "A stack: all facts about one zone",
        "type": "object",
        "properties": {key: described[key] for key in TOP_LEVEL},
        "required": ["config"],
        "additionalProperties": False,
        "definitions": facts["definitions"],
    }
