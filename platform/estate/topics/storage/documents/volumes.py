"""Storage requests: which disk or LUN each replica has, and which hosts must see it (M1, M7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.monitoring.plan.monitoring import PLATFORM, MonitoringPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.amounts import memory_quantity
from estate.topics.storage.plan.volumes import DiskPlan, VolumePlan

VOLUMES = (
    "backend",
    "technique",
    "app",
    "tenant",
    "namespace",
    "volume",
    "replica",
    "claim",
    "asked",
    "size",
    "node",
    "path",
    "wwid",
    "portals",
    "iqn",
    "lun",
    "owner",
    "state",
)
ZONING = ("backend", "technique", "device", "node", "node_address", "app", "tenant", "owner")


def storage_documents(plan: Plan) -> tuple[Document, ...]:
    """The disks and LUNs in use, and the masking: every node of the pool, or a pod cannot move."""
    volumes = [_volume(*found) for found in _disks(plan)]
    volumes += [_own_volume(one) for one in _own(plan)]
    zoning = [*_zoning(plan), *_own_zoning(plan)]
    return (
        Document("storage/volumes.csv", csv_text(VOLUMES, volumes)),
        Document("storage/zoning.csv", csv_text(ZONING, zoning)),
    )


@dataclass(frozen=True, kw_only=True)
class _Own:
    """A disk or LUN of a service of the platform's own."""

    service: str
    namespace: str
    pool: str
    owner: str
    backend: str
    disk: DiskPlan


def _own(plan: Plan) -> Iterator[_Own]:
    """What the zone's monitoring keeps its samples on, and its logging the logs (H6)."""
    if logged := plan.find(LoggingPlan):
        for store_set in logged.sets:
            for disk in store_set.disks:
                yield _Own(
                    service=store_set.part,
                    namespace=logged.placement.namespace,
                    pool=logged.placement.pool,
                    owner=logged.declared.owner,
                    backend=store_set.backend,
                    disk=disk,
                )
    if watched := plan.find(MonitoringPlan):
        for disk in watched.disks:
            yield _Own(
                service="prometheus",
                namespace=watched.placement.namespace,
                pool=watched.placement.pool,
                owner=watched.declared.owner,
                backend="",
                disk=disk,
            )


def _own_volume(one: _Own) -> Row:
    disk = one.disk
    return {
        "backend": one.backend,
        "technique": "local" if disk.node else "fc",
        "app": one.service,
        "tenant": PLATFORM,
        "namespace": one.namespace,
        "volume": "data",
        "replica": disk.replica,
        "claim": f"data-{one.service}-{disk.replica}",
        "asked": memory_quantity(disk.size),
        "size": memory_quantity(disk.size),
        "node": disk.node,
        "path": disk.path,
        "wwid": disk.wwid,
        "portals": "",
        "iqn": "",
        "lun": "",
        "owner": one.owner,
        "state": "active",
    }


def _own_zoning(plan: Plan) -> Iterator[Row]:
    pools = {pool.name: pool for pool in plan.of(NodesPlan).pools}
    for one in _own(plan):
        for node in pools[one.pool].nodes if one.disk.wwid else ():
            yield {
                "backend": one.backend,
                "technique": "fc",
                "device": one.disk.wwid,
                "node": node.name,
                "node_address": str(node.address),
                "app": one.service,
                "tenant": PLATFORM,
                "owner": one.owner,
            }


def _disks(plan: Plan) -> Iterator[tuple[AppPlan, VolumePlan, DiskPlan]]:
    for app in plan.of(AppsPlan).apps:
        for volume in app.stateful.volumes if app.stateful else ():
            for disk in volume.disks:
                yield app, volume, disk


def _volume(app: AppPlan, volume: VolumePlan, disk: DiskPlan) -> Row:
    return {
        "backend": volume.backend,
        "technique": volume.technique,
        "app": app.name,
        "tenant": app.tenant,
        "namespace": app.namespace,
        "volume": volume.name,
        "replica": disk.replica,
        "claim": f"{volume.name}-{app.name}-{disk.replica}",
        "asked": memory_quantity(volume.size),
        "size": memory_quantity(disk.size),
        "node": disk.node,
        "path": disk.path,
        "wwid": disk.wwid,
        "portals": " ".join(str(portal) for portal in disk.portals),
        "iqn": disk.iqn,
        "lun": disk.lun if disk.iqn else "",
        "owner": app.owner,
        "state": "active" if app.running else "retired",
    }


def _zoning(plan: Plan) -> Iterator[Row]:
    """Host initiators are known to the storage team by host."""
    pools = {pool.name: pool for pool in plan.of(NodesPlan).pools}
    for app, volume, disk in _disks(plan):
        if disk.node:
            continue
        for node in pools[app.pool].nodes:
            yield {
                "backend": volume.backend,
                "technique": volume.technique,
                "device": disk.wwid or f"{disk.iqn} lun {disk.lun}",
                "node": node.name,
                "node_address": str(node.address),
                "app": app.name,
                "tenant": app.tenant,
                "owner": app.owner,
            }
