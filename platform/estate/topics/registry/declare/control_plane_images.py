"""Releases of Kubernetes, by which images of the control plane are listed (A3, G5)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import refusal

_RELEASE = r"1\.(3[0-9]|[4-9][0-9])\.[0-9]{1,2}"


def _release(value: str) -> str:
    if re.fullmatch(_RELEASE, value):
        return value
    meant = value.removeprefix("v")
    raise refusal(
        "bad-release",
        f"{shown(value)} is not a release of Kubernetes",
        '"1.30.0" or later: three numbers, in quotes',
        f'Did you mean "{meant}"?' if re.fullmatch(_RELEASE, meant) else "",
    )


Release = Annotated[
    str, AfterValidator(_release), WithJsonSchema({"type": "string", "pattern": f"^{_RELEASE}$"})
]
"""A release of Kubernetes, as 1.36.3."""
