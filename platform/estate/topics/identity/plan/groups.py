"""Identity providers and groups: which issuer counts in which zone (A1, B1)."""

from __future__ import annotations

from estate.declarations.stack import Stack
from estate.reader.problems import Declared
from estate.reader.values import Zone
from estate.topics.identity.declare.issuers import Identity, Issuer

Entry = tuple[Zone, Declared[Stack], int, Issuer]


def with_groups(identity: Identity) -> dict[str, Issuer]:
    """The issuers whose users are members of groups: people's, by name."""
    return {issuer.name: issuer for issuer in identity.issuers if issuer.preview_subject is None}


def qualified(identity: Identity, group: str) -> tuple[str, str]:
    """The issuer of a group, and the group's name there.

    Written ``partners:brokers-admins``, or without the issuer's name where it is the default one.
    """
    issuer, colon, name = group.partition(":")
    return (issuer, name) if colon else (identity.default, group)
