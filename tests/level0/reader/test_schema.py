"""The JSON Schema for editors: current, refusing what the loader refuses, and referred to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jsonschema import Draft7Validator, ValidationError
from pydantic import BaseModel, TypeAdapter
from pydantic import ValidationError as ValidationFailure

from estate.declarations.schema import as_text, schemas, write_schemas
from estate.declarations.stack import Stack
from estate.reader.docstrings import docstring
from estate.reader.keys import example, keys, required, written
from estate.topics.apps.declare.kinds import APP_KINDS
from estate.topics.tenancy.declare.tenants import Tenant
from tests.estates import REPOSITORY

pytestmark = pytest.mark.level0

SHIPPED = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for pattern in ("Pulumi.*.yaml", "tenants/*.yaml", "apps/*.yaml", "registers/*.yaml")
    for path in REPOSITORY.glob(pattern)
)


def _kind(file: str) -> str:
    kinds = {"tenants": "tenant", "apps": "app", "registers": "node-ports"}
    return kinds.get(file.split("/")[0], "stack")


def _validator(kind: str) -> Draft7Validator:
    return Draft7Validator(schemas()[kind], format_checker=Draft7Validator.FORMAT_CHECKER)


def _content(file: str) -> Any:
    return yaml.safe_load((REPOSITORY / file).read_text(encoding="utf-8"))


def _wrong(kind: str, content: Any) -> list[str]:
    errors: Iterable[ValidationError] = _validator(kind).iter_errors(content)  # pyright: ignore[reportUnknownMemberType]
    return [error.message for error in errors]


def test_the_committed_schemas_are_current(tmp_path: Path) -> None:
    """N1: `estate schema` writes them; editors read them without running anything."""
    for path in write_schemas(tmp_path):
        committed = REPOSITORY / "docs/schema" / path.name
        assert committed.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
    assert json.loads(as_text(schemas()["app"])) == schemas()["app"]


@pytest.mark.parametrize("kind", ["stack", "tenant", "app", "node-ports"])
def test_each_schema_is_one(kind: str) -> None:
    """N1: valid itself, closed, and without a word that only Python understands."""
    schema = schemas()[kind]
    Draft7Validator.check_schema(schema)
    text = as_text(schema)
    assert "``" not in text
    assert "null" not in text
    for name, part in schema.get("definitions", {}).items():
        assert part["additionalProperties"] is False, name
        assert part["description"], name
        for key, value in part["properties"].items():
            assert "description" in value or "$ref" in value or "const" in value, (name, key)


@pytest.mark.parametrize("file", SHIPPED)
def test_each_shipped_file_is_valid_and_names_its_schema(file: str) -> None:
    """N1, A10: the modeline leads to a schema that accepts the file."""
    first = (REPOSITORY / file).read_text(encoding="utf-8").split("\n")[0]
    modeline = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert modeline
    named = (REPOSITORY / file).parent / modeline[1]
    assert named.resolve() == REPOSITORY / "docs/schema" / f"{_kind(file)}.json"
    assert named.is_file()
    assert _wrong(_kind(file), _content(file)) == []


@pytest.mark.parametrize("file", ["apps/quote-dmz.yaml", "tenants/motor.yaml", "Pulumi.dmz.yaml"])
def test_an_unknown_key_is_refused(file: str) -> None:
    """N1: the editor underlines what the loader would refuse."""
    assert _wrong(_kind(file), _content(file) | {"replica": 3})


def test_the_kind_decides_which_keys_there_are() -> None:
    """N1: a web app has no virtual server, a traditional one must have it."""
    web, portal = _content("apps/quote-dmz.yaml"), _content("apps/policy-portal-dmz.yaml")
    assert _wrong("app", web | {"vip": portal["vip"]})
    assert _wrong("app", {key: value for key, value in portal.items() if key != "vip"})
    assert _wrong("app", web | {"kind": "wbe"})


def test_the_stack_schema_allows_what_pulumi_writes() -> None:
    """N1: salts, keys, providers, secrets and other namespaces; a misspelt fact it refuses."""
    content = _content("Pulumi.dmz.yaml")
    config = content["config"]
    pulumi = {"encryptionsalt": "v1:x", "encryptedkey": "y", "secretsprovider": "passphrase"}
    more = {"kubernetes:context": "dmz", "estate:token": {"secure": "v1:abc"}, "a:b": {"c": [1]}}
    assert _wrong("stack", content | pulumi | {"config": config | more}) == []
    assert _wrong("stack", content | {"config": config | {"estate:nodez": []}})
    assert _wrong("stack", content | {"config": config | {"estate:nodes": [{"nam": "x"}]}})
    assert _wrong("stack", {"config": {}})


@pytest.mark.parametrize(
    "old, new",
    [
        ("replicas", 0),
        ("replicas", "3"),
        ("image", "motor/quote:latest"),
        ("zone", "lan"),
        ("app", "Quote"),
        ("health", "healthz"),
        ("owner", "us"),
        ("size", {"cpu": "1x"}),
    ],
)
def test_wrong_values_are_refused_too(old: str, new: object) -> None:
    """N1: as far as one file can tell."""
    assert _wrong("app", _content("apps/quote-dmz.yaml") | {old: new})


def _models() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    waiting: list[Any] = [Stack, Tenant, *APP_KINDS.values()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found.append(one)
                waiting += [info.annotation for info in one.model_fields.values()]
        else:
            waiting += get_args(one)
    return found


def test_each_key_says_what_it_is_for_and_each_that_must_be_there_shows_how() -> None:
    """A10: the message about a missing key teaches; so does the editor."""
    for model in _models():
        for name in model.model_fields:
            assert docstring(model, name), f"{model.__name__}.{name}"
        for key in required(model, ()):
            if (model is Stack and key in ("estate:cluster", "estate:network")) or key == "kind":
                continue
            assert example(model, (key,)), f"{model.__name__}: {key}"
        assert keys(model, ())


def test_the_examples_are_right() -> None:
    """A10: what a message proposes can be pasted."""
    for model in _models():
        for name, info in model.model_fields.items():
            for one in info.examples or ():
                read = yaml.safe_load(written(one))
                assert read == one
                adapter = TypeAdapter[Any](info.rebuild_annotation())
                try:
                    adapter.validate_python(_tuples(one))
                except ValidationFailure as error:
                    pytest.fail(f"{model.__name__}.{name}: {error}")


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {str(k): _tuples(v) for k, v in value.items()}  # pyright: ignore
    return value
