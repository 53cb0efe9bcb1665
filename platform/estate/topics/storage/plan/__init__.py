"""Storage: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.storage.declare.filers import NfsFiler
from estate.topics.storage.declare.volumes import Storage


@dataclass(frozen=True, kw_only=True)
class StoragePlan:
    """Where volumes of one zone come from."""

    storage: Storage
    """As declared."""
    nfs_filers: tuple[NfsFiler, ...]
    """By name."""
