"""Digests of images: ``images.lock.yaml``, which ``estate images resolve`` writes (G5, G8)."""

from __future__ import annotations

from pydantic import Field

from estate.reader.values import Model
from estate.topics.registry.declare.references import Digest, Reference


class Pin(Model):
    """The digest of a tag, and its resolver."""

    digest: Digest = Field(examples=[f"sha256:{'1' * 64}"])
    """Of the index of all platforms, or of the manifest where there is one platform only."""
    resolved_by: str = Field(min_length=1, max_length=200, examples=["release-team@bank.example"])
    """The person or pipeline that asked a registry, or where the digest was read."""
    resolved_at: str = Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?$", examples=["2026-03-01T09:00:00Z"]
    )
    """When, in UTC."""
    asked: str = Field(default="", max_length=300, examples=["mirror.bank.example/quay/prometheus"])
    """The repository that answered, where it was not the source."""


class ImagesLock(Model):
    """All digests that are known."""

    digests: dict[Reference, Pin] = Field(default_factory=dict[str, Pin])
    """By source and tag. Another tag has no digest until `estate images resolve`."""
