"""One truth: what the engine was configured with must be what the stack file says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pulumi.runtime import config as engine

NAMESPACE = "estate:"
_LONGEST = 120


@dataclass(frozen=True)
class Configured:
    """What the engine passed to the program."""

    values: Mapping[str, str]
    """By key; structured values as JSON text."""
    secrets: frozenset[str]
    """The keys of values that it decrypted."""


def configured() -> Configured:
    """The configuration of the running program."""
    values: dict[str, str] = {**engine.get_config_env(), **engine.CONFIG.get()}
    return Configured(values, frozenset(key for key in values if engine.is_config_secret(key)))


def differences(facts: Mapping[str, Any], given: Configured, file: str) -> Iterator[str]:
    """A sentence for each fact that the engine was given with another value, both values named.

    ``facts`` are the ``estate:`` keys of ``file``.
    """
    passed = {
        key: value
        for key, value in given.values.items()
        if key.startswith(NAMESPACE) and key not in given.secrets
    }
    for key in sorted(facts.keys() | passed.keys()):
        written = json.loads(json.dumps(facts[key])) if key in facts else None
        found = _parsed(passed[key], written) if key in passed else None
        for path, ours, theirs in _leaves(key, written, found):
            yield (
                f"{path} is {_shown(ours)} in {file}, but the engine was configured with "
                f"{_shown(theirs)}. Facts are changed in the file alone: "
                "leave out -c and --config-file."
            )


def _leaves(path: str, written: Any, found: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ, as deep as both have the same shape."""
    if isinstance(written, dict) and isinstance(found, dict):
        ours, theirs = cast(dict[str, Any], written), cast(dict[str, Any], found)
        for key in sorted(ours.keys() | theirs.keys()):
            yield from _leaves(f"{path}.{key}", ours.get(key), theirs.get(key))
    elif isinstance(written, list) and isinstance(found, list) and len(written) == len(found):  # pyright: ignore[reportUnknownArgumentType]
        pairs = zip(cast(list[Any], written), cast(list[Any], found), strict=True)
        for index, (one, other) in enumerate(pairs):
            yield from _leaves(f"{path}[{index}]", one, other)
    elif written != found:
        yield path, written, found


def _parsed(given: str, written: Any) -> Any:
    if isinstance(written, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        return given


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
