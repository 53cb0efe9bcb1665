"""Names that a zone gives to a tenant: single ones, or all below a domain."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import refusal

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_GIVEN = rf"(\*\.)?{_LABEL}(\.{_LABEL})+"


def _given(value: str) -> str:
    if re.fullmatch(_GIVEN, value) and len(value) <= 253:
        return value
    meant = value.lower().rstrip(".")
    raise refusal(
        "bad-domain",
        f"{shown(value)} is neither a host name nor all names below a domain",
        "like quote.insurer.example, or *.brokers.insurer.example, in lower case",
        f"Did you mean '{meant}'?" if re.fullmatch(_GIVEN, meant) else "",
    )


GivenName = Annotated[
    str,
    AfterValidator(_given),
    WithJsonSchema({"type": "string", "pattern": f"^{_GIVEN}$", "maxLength": 253}),
]
"""A name, or with ``*.`` before it every name below it, at any depth, without the domain itself."""
