"""A question that an API server answers in a way that shows what it enforces."""

from __future__ import annotations

from dataclasses import dataclass

from estate.objects.manifest import JsonObject


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Asked as a dry run: nothing is ever stored."""

    name: str
    """The policy that answers it."""
    path: str
    """The path of the API that would make the object."""
    body: JsonObject
    says: str
    """What stands in the answer of an API server that enforces this generation of the policy."""
