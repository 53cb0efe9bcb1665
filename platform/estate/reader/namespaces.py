"""Namespaces that a stack keeps for programs that are not the estate's."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import refusal

_WORD = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_PATTERN = rf"({_WORD}|{_WORD}-\*|\*-{_WORD})"


def _pattern(value: str) -> str:
    if re.fullmatch(_PATTERN, value) and len(value) <= 63:
        return value
    raise refusal(
        "bad-namespace",
        f"{shown(value)} is neither a namespace nor a pattern of namespaces",
        "a namespace, or one with '*' as its first or last word, like vendor-* or *-vendor",
    )


NamespacePattern = Annotated[
    str,
    AfterValidator(_pattern),
    WithJsonSchema({"type": "string", "pattern": f"^{_PATTERN}$", "maxLength": 63}),
]
"""A namespace, or all of a first or last word: ``vendor-*``, ``*-vendor``."""


def matches(pattern: str, namespace: str) -> bool:
    """Whether ``namespace`` is meant by ``pattern``."""
    if pattern.endswith("*"):
        return namespace.startswith(pattern[:-1])
    if pattern.startswith("*"):
        return namespace.endswith(pattern[1:])
    return namespace == pattern
