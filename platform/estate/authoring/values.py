"""Values for declarations: checked by the types of the declarations, written as YAML reads them."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9 ._/@:=-]*[A-Za-z0-9]|[A-Za-z]")
_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}


class Mistake(ValueError):
    """A value that no declaration may have, or that does not fit the estate, with the fix."""


def checked(kind: Any, value: object) -> Any:
    """``value`` as the type of a declaration's key; raises :class:`Mistake` in the type's words."""
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        said = error.errors(include_url=False)[0]
        context = said.get("ctx", {})
        found = str(context.get("found") or f"{value}: {said['msg']}")
        allowed = f" Allowed: {context['allowed']}." if context.get("allowed") else ""
        hint = f" {context['hint']}" if context.get("hint") else ""
        raise Mistake(f"{found}.{allowed}{hint}") from None


def scalar(value: str) -> str:
    """Text as a YAML value: plain where it reads back as the same text, in quotes otherwise."""
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS and ": " not in value
    return value if plain else json.dumps(value, ensure_ascii=False)
