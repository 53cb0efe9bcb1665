"""Volumes of stateful apps: which disk each replica has, and what may hold no data (H6, M1, M7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from estate.reader.problems import KeyPath
from estate.topics.storage.declare.volumes import Disk, IscsiBackend, Storage

Technique = Literal["local", "fc", "iscsi", "csi"]

QUORATE = (3, 5)
"""The sizes of a ZooKeeper ensemble that has a majority left when one of it is gone."""


@dataclass(frozen=True)
class Backend:
    """A backend of one zone with its inventory."""

    name: str
    technique: Technique
    place: KeyPath
    disks: tuple[tuple[KeyPath, Disk], ...]
    iscsi: IscsiBackend | None = None


def backends(storage: Storage) -> Iterator[Backend]:
    """All backends of a zone, by how volumes come about."""
    for index, local in enumerate(storage.local):
        place: KeyPath = ("storage", "local", index)
        disks = tuple(((*place, "disks", at), disk) for at, disk in enumerate(local.disks))
        yield Backend(local.name, "local", place, disks)
    for index, array in enumerate(storage.fibre_channel):
        place = ("storage", "fibre_channel", index)
        luns = tuple(((*place, "luns", at), lun) for at, lun in enumerate(array.luns))
        yield Backend(array.name, "fc", place, luns)
    for index, target in enumerate(storage.iscsi):
        place = ("storage", "iscsi", index)
        numbers = tuple(((*place, "luns", at), lun) for at, lun in enumerate(target.luns))
        yield Backend(target.name, "iscsi", place, numbers, target)
    for index, driver in enumerate(storage.csi):
        yield Backend(driver.name, "csi", ("storage", "csi", index), ())
