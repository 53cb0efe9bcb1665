"""Requests to Elasticsearch and Kibana as data: each may be sent any number of times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from estate.objects.manifest import JsonObject


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, and its body but for what is secret in it."""

    at: Literal["elasticsearch", "kibana"] = "elasticsearch"
    name: str
    """Unique: also its file's."""
    method: Literal["PUT", "POST"] = "PUT"
    path: str
    body: JsonObject
    password_of: str = ""
    """Whose password goes into the body, as ``password``."""
    creates: str = ""
    """Where it is sent as POST if there is nothing to PUT yet."""
