"""Images of the control plane, as kubeadm asks for them: by tag, of one release (A3, G5)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from estate.reader.problems import shown
from estate.reader.values import refusal

_RELEASE = r"1\.(3[0-9]|[4-9][0-9])\.[0-9]{1,2}"
_TAGGED = r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}@sha256:[0-9a-f]{64}"


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


def _tagged(value: str) -> str:
    if re.fullmatch(_TAGGED, value):
        return value
    raise refusal(
        "bad-tagged-digest",
        f"{shown(value)} is not a tag with its digest",
        "the tag that kubeadm asks for, '@sha256:' and 64 hexadecimal digits",
        "" if "@" in value else "A tag may move: say which image it is",
    )


Release = Annotated[
    str, AfterValidator(_release), WithJsonSchema({"type": "string", "pattern": f"^{_RELEASE}$"})
]
"""A release of Kubernetes, as 1.36.3."""

TaggedDigest = Annotated[
    str, AfterValidator(_tagged), WithJsonSchema({"type": "string", "pattern": f"^{_TAGGED}$"})
]
"""The tag that kubeadm uses, and its digest."""
