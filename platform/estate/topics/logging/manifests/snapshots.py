"""Snapshots: the volume that all nodes share, the repository, a policy for each stream (H4).

elastic.co/docs, "Shared file system repository": the same directory at the same path on every
master and data node, and ``path.repo`` names it. "Create, monitor and delete snapshots": policies
delete what is older than ``expire_after``, and never the last ``min_count``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from estate.objects.container import Mount
from estate.objects.labels import SKIP_AWAIT
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.topics.logging.declare import StreamName
from estate.topics.logging.manifests.requests import Request
from estate.topics.logging.plan import names
from estate.topics.logging.plan.audiences import STREAMS
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.nodes.manifests.service import Service
from estate.topics.nodes.plan.amounts import memory_quantity

CLAIM = "log-snapshots"
PLACE = "/mnt/snapshots"
"""Where every node of Elasticsearch has it."""

REPOSITORY = "estate"

SCHEDULE = "0 30 1 * * ?"
"""Every night at half past one, UTC: a schedule of Elasticsearch has seconds first."""

LEAST = 7
"""Snapshots that stay although they are too old: when none was made for long, the last ones."""

INDICES: Mapping[StreamName, str] = {**STREAMS, "application": "estate-application-*"}
"""Which data streams belong to a stream."""


def snapshot_volume(plan: LoggingPlan) -> list[Manifest]:
    """Volume and claim, of no class; none where there are no snapshots."""
    found = plan.snapshots
    if found is None:
        return []
    service = Service(name=names.ELASTICSEARCH, placement=plan.placement)
    name = f"{service.namespace}.{CLAIM}"
    size = memory_quantity(found.size)
    shared: JsonObject = {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "",
        "volumeMode": "Filesystem",
    }
    volume: JsonObject = {
        "capacity": {"storage": size},
        **shared,
        "persistentVolumeReclaimPolicy": "Retain",
        "mountOptions": ["nfsvers=4.1", "hard", "noatime"],
        "nfs": {"server": str(found.filer_address), "path": found.directory},
        "claimRef": {"namespace": service.namespace, "name": CLAIM},
    }
    asked: JsonObject = {"requests": {"storage": size}}
    return [
        manifest(
            "v1",
            "PersistentVolume",
            name,
            {"spec": volume},
            labels=service.labels,
            protect=plan.protected,
        ),
        manifest(
            "v1",
            "PersistentVolumeClaim",
            CLAIM,
            {"spec": {**shared, "volumeName": name, "resources": asked}},
            namespace=service.namespace,
            labels=service.labels,
            annotations=SKIP_AWAIT,
            logical=name,
            protect=plan.protected,
        ),
    ]


def snapshot_mounts(plan: LoggingPlan) -> tuple[Mount, ...]:
    """Of every node of Elasticsearch."""
    if plan.snapshots is None:
        return ()
    claimed: JsonObject = {"persistentVolumeClaim": {"claimName": CLAIM}}
    return (Mount(name="snapshots", path=PLACE, volume=claimed),)


def snapshot_settings(plan: LoggingPlan) -> JsonObject:
    """The only directory below which a repository may be."""
    return {"path.repo": [PLACE]} if plan.snapshots else {}


def snapshots(plan: LoggingPlan) -> Iterator[Request]:
    """The repository before the policies; Elasticsearch writes a file by every node first."""
    if plan.snapshots is None:
        return
    yield Request(
        name="repository",
        path=f"/_snapshot/{REPOSITORY}",
        body={"type": "fs", "settings": {"location": PLACE, "compress": True}},
    )
    for stream, days in plan.snapshots.days.items():
        yield Request(
            name=f"snapshots-{stream}",
            path=f"/_slm/policy/estate-{stream}",
            body={
                "schedule": SCHEDULE,
                "name": f"<estate-{stream}-{{now/d}}>",
                "repository": REPOSITORY,
                "config": {
                    "indices": [INDICES[stream]],
                    "ignore_unavailable": True,  # a stream that has no event yet is no failure
                    "include_global_state": False,
                    "feature_states": ["none"],
                },
                "retention": {"expire_after": f"{days}d", "min_count": LEAST},
            },
        )
