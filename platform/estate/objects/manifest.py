"""A Kubernetes object as data, with what the shell must know to register it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

JsonObject = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class SecretSpec:
    """A value that the program generates and only the cluster and Pulumi's state ever hold."""

    key: str
    """The key under the Secret's ``data``."""
    length: int
    stored: bool = False
    """The stack's configuration holds it under ``name``; it is not generated."""
    name: str = ""
    """The value's own name, a state key; without it, the Secret's, which then has no other."""
    binary: bool = False
    """The stack's configuration holds it in base64."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One object with a literal name.

    ``name`` is the logical name, a state key: stable, and unique per type across the stack. Where
    the literal name follows from the content, so does the logical one. Else a change would be a
    replacement, and one that is taken back after a failed update would make an object anew that
    still stands.
    """

    name: str
    body: JsonObject
    patch: bool = False
    """The object exists before us; only the fields given here are ours (D5)."""
    secrets: tuple[SecretSpec, ...] = ()
    """What is filled into this Secret; the body itself carries no value."""
    protect: bool = False
    """Pulumi refuses to delete it until the declaration consents."""
    former: str | None = None
    """The logical name under which an earlier version of the program registered it."""

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def physical_name(self) -> str:
        return str(self._metadata["name"])

    @property
    def namespace(self) -> str | None:
        found = self._metadata.get("namespace")
        return str(found) if found is not None else None

    @property
    def _metadata(self) -> JsonObject:
        return cast(JsonObject, self.body["metadata"])


def manifest(
    api_version: str,
    kind: str,
    name: str,
    fields: JsonObject,
    *,
    namespace: str | None = None,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    logical: str | None = None,
    patch: bool = False,
    secrets: tuple[SecretSpec, ...] = (),
    protect: bool = False,
    former: str | None = None,
) -> Manifest:
    """A manifest whose metadata is explicit; ``fields`` are all top-level fields beside it."""
    metadata: JsonObject = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = labels
    if annotations:
        metadata["annotations"] = annotations
    body: JsonObject = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}
    return Manifest(
        name=logical or name,
        body=body,
        patch=patch,
        secrets=secrets,
        protect=protect,
        former=former,
    )
