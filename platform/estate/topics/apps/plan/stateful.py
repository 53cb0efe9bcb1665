"""Volumes of stateful apps."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.apps.plan.model import StatefulPlan
from estate.topics.storage.declare.volumes import Disk, FibreChannelLun, IscsiLun, LocalDisk
from estate.topics.storage.plan.backends import Backend, backends
from estate.topics.storage.plan.volumes import DiskPlan, VolumePlan


def plan_stateful(catalogue: Catalogue, app: App) -> StatefulPlan | None:
    """The app's volumes with the disk of each replica; None for an app that keeps nothing."""
    if not isinstance(app, StatefulApp):
        return None
    known = {backend.name: backend for backend in backends(catalogue.stack(app.zone).storage)}
    return StatefulPlan(
        volumes=tuple(
            VolumePlan(
                name=volume.name,
                path=volume.path,
                size=volume.size,
                backend=volume.backend,
                technique=known[volume.backend].technique,
                disks=_disks(known[volume.backend], app.app, volume.name),
            )
            for volume in app.volumes
        ),
        parallel=app.start == "parallel",
        preset=app.preset,
    )


def _disks(backend: Backend, app: str, volume: str) -> tuple[DiskPlan, ...]:
    own = [disk for _, disk in backend.disks if (disk.app, disk.volume) == (app, volume)]
    return tuple(_disk(backend, disk) for disk in sorted(own, key=lambda disk: disk.replica))


def _disk(backend: Backend, disk: Disk) -> DiskPlan:
    if isinstance(disk, LocalDisk):
        return DiskPlan(replica=disk.replica, size=disk.size, node=disk.node, path=disk.path)
    if isinstance(disk, FibreChannelLun):
        return DiskPlan(replica=disk.replica, size=disk.size, wwid=disk.wwid)
    assert isinstance(disk, IscsiLun) and backend.iscsi
    target = backend.iscsi
    return DiskPlan(
        replica=disk.replica, size=disk.size, portals=target.portals, iqn=target.iqn, lun=disk.lun
    )
