"""References of images: repositories, tags and digests, each refused with the fix."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from estate.reader.oci import DIGEST, HOST, LONGEST, NAME, PATH, TAG
from estate.reader.problems import shown
from estate.reader.values import refusal


def _repository(value: str) -> str:
    if re.fullmatch(rf"{HOST}/{NAME}", value) and len(value) <= LONGEST:
        return value
    hint = ""
    if "@" in value:
        hint = "The digest stands in images.lock.yaml: `estate images resolve` writes it"
    elif re.search(r":[^/]*$", value) and "/" in value:
        hint = "The tag stands below 'version'"
    elif "://" in value:
        hint = f"Did you mean '{value.partition('://')[2]}'?"
    elif re.fullmatch(NAME, value):
        hint = f"Did you mean 'docker.io/{value if '/' in value else f'library/{value}'}'?"
    elif value != value.lower():
        hint = f"Did you mean '{value.lower()}'?"
    raise refusal(
        "bad-repository",
        f"{shown(value)} is not a repository of a registry",
        "the registry's host, '/' and the repository's name, without tag and digest",
        hint,
    )


def _tag(value: str) -> str:
    if re.fullmatch(TAG, value):
        return value
    raise refusal(
        "bad-tag",
        f"{shown(value)} is not a tag",
        "letters, digits, '.', '_' and '-', not beginning with '.' or '-', at most 128 characters",
        "The digest stands in images.lock.yaml: `estate images resolve` writes it"
        if "@" in value
        else "",
    )


def _image_path(value: str) -> str:
    if re.fullmatch(PATH, value) and len(value) <= LONGEST:
        return value
    hint = ""
    if "@" in value:
        hint = "The digest stands in images.lock.yaml: `estate images resolve` writes it"
    elif ":" in value:
        hint = "The tag stands below 'version'"
    elif re.match(r"[^/]*\.[^/]*/", value):
        hint = "Leave the registry's host out: each zone has its own"
    raise refusal(
        "bad-image-path",
        f"{shown(value)} is not the path of an image",
        "like platform/prometheus: the path in the zone's registry, without tag and digest",
        hint,
    )


def _digest(value: str) -> str:
    if re.fullmatch(DIGEST, value) and set(value.partition(":")[2]) != {"0"}:
        return value
    raise refusal(
        "bad-digest",
        f"{shown(value)} is not the digest of an image",
        "'sha256:' and 64 hexadecimal digits, not all of them 0",
        "Leave out what is unresolved" if re.fullmatch(DIGEST, value) else "",
    )


def _reference(value: str) -> str:
    if re.fullmatch(rf"{HOST}/{NAME}:{TAG}", value):
        return value
    raise refusal(
        "bad-reference",
        f"{shown(value)} is not an image with its tag",
        "a repository with its registry's host, ':' and the tag, as images.yaml names them",
    )


Repository = Annotated[
    str,
    AfterValidator(_repository),
    WithJsonSchema({"type": "string", "pattern": f"^{HOST}/{NAME}$", "maxLength": LONGEST}),
]
"""A repository with its registry's host, as quay.io/prometheus/prometheus."""

Tag = Annotated[
    str, AfterValidator(_tag), WithJsonSchema({"type": "string", "pattern": f"^{TAG}$"})
]

ImagePath = Annotated[
    str,
    AfterValidator(_image_path),
    WithJsonSchema({"type": "string", "pattern": f"^{PATH}$", "maxLength": LONGEST}),
]
"""An image in a zone's registry, without tag and digest."""

Digest = Annotated[
    str, AfterValidator(_digest), WithJsonSchema({"type": "string", "pattern": f"^{DIGEST}$"})
]

_PROGRAM = r"[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?"


def _program(value: str) -> str:
    if re.fullmatch(_PROGRAM, value):
        return value
    raise refusal(
        "bad-name",
        f"{shown(value)} is not the name of a program",
        "small letters, digits, '-' and '.', at most 63: calico, or rbd.csi.ceph.com of a driver",
    )


ProgramName = Annotated[
    str, AfterValidator(_program), WithJsonSchema({"type": "string", "pattern": f"^{_PROGRAM}$"})
]
"""A program of others, as calico or rbd.csi.ceph.com."""

Reference = Annotated[
    str,
    AfterValidator(_reference),
    WithJsonSchema({"type": "string", "pattern": f"^{HOST}/{NAME}:{TAG}$"}),
]
