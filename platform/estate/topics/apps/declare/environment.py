"""What a container runs, and the environment variables that it gets."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import AbsolutePath, Model, Name, refusal
from estate.topics.apps.declare.secrets import KeyName

VARIABLE = r"[A-Za-z_.-][A-Za-z0-9_.-]*"  # IsEnvVarName of k8s.io/apimachinery, all versions
_LONGEST = 32_768


def _variable(value: str) -> str:
    if re.fullmatch(VARIABLE, value) and len(value) <= 200 and not value.startswith(".."):
        return value
    raise refusal(
        "bad-variable",
        f"{shown(value)} is not the name of an environment variable",
        "like LOG_LEVEL: letters, digits, '_', '.' and '-', not beginning with a digit",
    )


VariableName = Annotated[
    str,
    AfterValidator(_variable),
    WithJsonSchema({"type": "string", "pattern": f"^{VARIABLE}$", "maxLength": 200}),
]


class ValueSource(Model):
    """Where a variable's value comes from: one of the three."""

    secret: Name | None = Field(default=None, examples=["session-key"])
    """The value of one of the app's secrets, by its name. A file is safer: programs print their
    environment when they crash."""
    key: KeyName | None = Field(default=None, examples=["password"])
    """The key of that secret, where it has several."""
    pod: Literal["address", "name", "namespace", "node", "node-address"] | None = Field(
        default=None, examples=["address"]
    )
    """A fact of the pod that only the cluster knows."""
    size: Literal["cpu", "memory", "memory-mib"] | None = Field(default=None, examples=["memory"])
    """What the container has: ``cpu`` that it requests, in whole cores, rounded up; ``memory`` up
    to its limit, in bytes; ``memory-mib`` the same in MiB."""


def _value(value: Any) -> str | ValueSource:
    if isinstance(value, str):
        if "\0" in value or len(value) > _LONGEST:
            raise refusal(
                "bad-value",
                "the text cannot be the value of an environment variable",
                f"at most {_LONGEST} characters, none of them NUL",
                "Longer text belongs in a file: 'config'",
            )
        return value
    if isinstance(value, bool | int | float):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        raise refusal(
            "wrong-type",
            f"found {text}, {'a boolean' if isinstance(value, bool) else 'a number'}",
            "text, or a mapping of secret, pod or size",
            f'Put it in quotes: "{text}"',
        )
    if not isinstance(value, dict):
        raise refusal(
            "wrong-type",
            "found neither text nor a mapping",
            "text, or a mapping of secret, pod or size",
            "Example: SESSION_KEY: {secret: session-key}",
        )
    found = ValueSource.model_validate(value)
    sources = found.model_fields_set - {"key"}
    if found.key and "secret" not in sources:
        raise refusal(
            "key-without-secret",
            "a key is named, and no secret that has it",
            "secret and key",
            "Example: DB_PASSWORD: {secret: database, key: password}",
        )
    if len(sources) != 1:
        raise refusal(
            "not-one-source",
            f"{len(sources)} sources are named",
            "exactly one of secret, pod, size",
            "Example: SESSION_KEY: {secret: session-key}",
        )
    return found


AnyValue = Annotated[
    str | ValueSource, PlainValidator(_value, json_schema_input_type=str | ValueSource)
]
"""The text itself, or where it comes from."""


def _text(value: Any) -> str:
    found = _value(value)
    if isinstance(found, str):
        return found
    raise refusal(
        "wrong-type",
        "found a mapping",
        "text",
        "Values from elsewhere belong in 'environment'",
    )


Settings = dict[VariableName, Annotated[str, PlainValidator(_text, json_schema_input_type=str)]]
"""Environment variables with their text, as it is: ``$(NAME)`` stands for nothing here."""


def _prefix(value: str) -> str:
    if not re.fullmatch(_PREFIX, value) or len(value) > 100:
        raise refusal(
            "bad-variable",
            f"{shown(value)} cannot stand before the name of an environment variable",
            "like DB_: letters, digits and '_', not beginning with a digit",
        )
    return value


_PREFIX = r"([A-Za-z_][A-Za-z0-9_]*)?"
Prefix = Annotated[
    str,
    AfterValidator(_prefix),
    WithJsonSchema({"type": "string", "pattern": f"^{_PREFIX}$", "maxLength": 100}),
]


class VariableGroup(Model):
    """All keys of a secret, or of a group of settings, as environment variables."""

    secret: Name | None = Field(default=None, examples=["database"])
    """One of the app's secrets that has 'keys'."""
    settings: Name | None = Field(default=None, examples=["common"])
    """One of the groups of 'settings'."""
    prefix: Prefix = Field(default="", examples=["DB_"])
    """What stands before each name."""


class Process(Model):
    """What a container runs, and with what."""

    command: tuple[str, ...] = Field(
        default=(), max_length=100, examples=[["/opt/claims/bin/server"]]
    )
    """The program that runs in place of the image's own entry point, with no shell around it."""
    arguments: tuple[str, ...] = Field(
        default=(), max_length=1000, examples=[["--config=/etc/quote/quote.properties"]]
    )
    """Its arguments, in place of those of the image. ``$(NAME)`` stands for a variable of
    'environment'."""
    working_directory: AbsolutePath | None = Field(default=None, examples=["/opt/claims"])
    """The directory that it starts in; without it, the image's."""
    environment: dict[VariableName, AnyValue] = Field(
        default_factory=dict[VariableName, AnyValue],
        examples=[{"LOG_LEVEL": "info", "SESSION_KEY": {"secret": "session-key"}}],
    )
    """Environment variables in this order: text, or where the value comes from. ``$(NAME)`` in a
    text stands for a variable before it. Passwords come from 'secrets'."""
    environment_from: tuple[VariableGroup, ...] = Field(
        default=(),
        max_length=20,
        examples=[[{"settings": "common"}, {"secret": "database", "prefix": "DB_"}]],
    )
    """All keys of a secret or of a group of 'settings' as variables at once, in this order and
    before those of 'environment'; no name twice."""
