"""Snapshots of the log store: where they go, and how long each stream's are kept (H4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.plan import Plan
from estate.topics.logging.declare import Snapshots, StreamName
from estate.topics.storage.plan import StoragePlan


@dataclass(frozen=True, kw_only=True)
class SnapshotsPlan:
    """A directory on a filer, which every node of Elasticsearch mounts."""

    filer: str
    filer_address: IPv4Address
    directory: str
    """On the filer."""
    size: int
    """Bytes."""
    days: Mapping[StreamName, int]


def plan_snapshots(plan: Plan, declared: Snapshots | None) -> SnapshotsPlan | None:
    """None where none are declared, or on a filer that is not known, which is refused."""
    if declared is None:
        return None
    for filer in plan.of(StoragePlan).nfs_filers:
        if filer.name == declared.filer:
            return SnapshotsPlan(
                filer=filer.name,
                filer_address=filer.address,
                directory=f"{filer.export.rstrip('/')}/{declared.directory}",
                size=declared.size,
                days=snapshot_days(declared),
            )
    return None


def snapshot_days(declared: Snapshots) -> dict[StreamName, int]:
    """By stream."""
    return {
        "access": declared.days.access,
        "infrastructure": declared.days.infrastructure,
        "application": declared.days.application,
    }
