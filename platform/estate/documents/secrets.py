"""References to secrets in documents: written, found, and filled (X11)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"\$\{secret:([a-z0-9][a-z0-9/_.-]*)\}")


def reference(name: str) -> str:
    """What stands in a document instead of the secret's value."""
    return f"${{secret:{name}}}"


def referred_to(text: str) -> frozenset[str]:
    """The names of the secrets that a document needs."""
    return frozenset(_REFERENCE.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The document with its secrets.

    Raises:
        KeyError: a secret that it needs is not among ``values``.
    """
    return _REFERENCE.sub(lambda found: values[found[1]], text)
