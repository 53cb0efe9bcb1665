"""The grammar of images' references: that of the OCI Distribution Specification v1.1, "Pulling
manifests": https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md

The host of a registry stands in no OCI grammar; it is what distribution/reference v0.6.0
(``reference.go``) takes for one: a domain with a dot or a port, so that no program reads a path of
Docker Hub into it.
"""

from __future__ import annotations

_COMPONENT = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
NAME = rf"{_COMPONENT}(/{_COMPONENT})*"
"""A repository's name within a registry."""

TAG = r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}"

DIGEST = r"sha256:[0-9a-f]{64}"

_LABEL = r"([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_PORT = r":[0-9]{1,5}"
HOST = rf"({_LABEL}(\.{_LABEL})+({_PORT})?|{_LABEL}{_PORT})"

_FIRST = r"[a-z0-9]+((_|__|-+)[a-z0-9]+)*"  # a dot would make it a host
PATH = rf"{_FIRST}(/{_COMPONENT})*"
"""A repository's name that nobody takes for a host and a name."""

LONGEST = 255
"""Of host and name together: distribution/reference, ``NameTotalLengthMax``."""
