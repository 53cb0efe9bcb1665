"""NFS exports: one directory for each app's log files, for the nodes that run it (H1, H2, M1).

Kubernetes changes neither owner nor mode of an NFS volume: `fsGroup` is given to the pod and the
directory must fit it already. And the kubelet, which is root, makes each pod's own directory in
it; `root_squash` turns root into nobody, so nobody has to be the user that the pods run as.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from estate.documents.document import Document, Row, csv_text
from estate.objects.pod import USER
from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan, LogVolume
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.sizes import ELASTICSEARCH_USER
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.amounts import memory_quantity
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.registry.plan import RegistryPlan
from estate.topics.storage.declare.filers import NfsFiler
from estate.topics.storage.plan import StoragePlan

MODE = "2770"
"""Pods' group and nobody else; what is made inside stays in that group."""

OPTIONS = f"rw,sync,sec=sys,no_subtree_check,root_squash,anonuid={USER},anongid={USER}"

COLUMNS = (
    "filer",
    "filer_address",
    "directory",
    "uid",
    "gid",
    "mode",
    "size",
    "keep_days",
    "app",
    "tenant",
    "namespace",
    "owner",
    "state",
)

_HEADER = """\
# What filer '{filer}' ({address}) exports to cluster '{cluster}', as exports(5) reads it.
#
# One line for each app's directory; clients are the nodes of the pool that the app runs in.
# directories.csv lists the directories with owner, mode and size: create them first, as the
# cluster does not change them. anonuid and anongid are required: the kubelet creates the
# directory of each pod as root, and cannot without them. keep_days is the retention of files: the
# filer team deletes them, the cluster does not. A directory that is no longer in this file may be
# unexported; keep its data.
"""


def nfs_documents(plan: Plan) -> tuple[Document, ...]:
    """One export list for each filer, also for one that nobody uses, and all directories."""
    pools = {pool.name: pool for pool in plan.of(NodesPlan).pools}
    volumes = sorted(_volumes(plan), key=lambda pair: (pair[1].filer, pair[1].directory))
    lists = tuple(
        Document(f"nfs/{filer.name}.exports", _exports(plan, filer, pools, volumes))
        for filer in plan.of(StoragePlan).nfs_filers
    )
    rows = [_row(app, logs) for app, logs in volumes]
    rows += [*_registry_rows(plan), *_snapshot_rows(plan)]
    return *lists, Document("nfs/directories.csv", csv_text(COLUMNS, rows))


def _volumes(plan: Plan) -> Iterator[tuple[AppPlan, LogVolume]]:
    """Retired apps keep theirs: the volume stays until the declaration goes."""
    for app in plan.of(AppsPlan).apps:
        if app.logs:
            yield app, app.logs


def _exports(
    plan: Plan,
    filer: NfsFiler,
    pools: dict[str, PoolPlan],
    volumes: list[tuple[AppPlan, LogVolume]],
) -> str:
    header = _HEADER.format(
        filer=filer.name, address=filer.address, cluster=plan.of(ControlPlanePlan).cluster.name
    )
    lines = [
        f"{_line(logs.directory, pools[app.pool])}\n"
        for app, logs in volumes
        if logs.filer == filer.name
    ]
    lines += [
        f"{directory} -{OPTIONS},no_wdelay {' '.join(str(client) for client in clients)}\n"
        for at, directory, clients in (*_registries(plan), *_snapshots(plan))
        if at == filer.name
    ]
    return header + "".join(lines)


def _line(directory: str, pool: PoolPlan) -> str:
    clients = " ".join(str(address) for address in sorted(node.address for node in pool.nodes))
    if not clients:
        # A line without clients would export to everybody.
        return f"# {directory}: pool '{pool.name}' has no node"
    return f"{directory} -{OPTIONS} {clients}"


def _row(app: AppPlan, logs: LogVolume) -> Row:
    return {
        "filer": logs.filer,
        "filer_address": str(logs.server),
        "directory": logs.directory,
        "uid": app.user,
        "gid": app.group,
        "mode": MODE,
        "size": memory_quantity(logs.size),
        "keep_days": logs.keep_days,
        "app": app.name,
        "tenant": app.tenant,
        "namespace": app.namespace,
        "owner": app.owner,
        "state": "active" if app.running else "retired",
    }


def _registries(plan: Plan) -> Iterator[tuple[str, str, list[IPv4Address]]]:
    """Filer, directory and clients of each registry: machines, or the nodes under it (G3)."""
    if outside := plan.of(RegistryPlan).external:
        machines = sorted(server.address for server in outside.servers)
        yield outside.filer, outside.directory, machines
    if inside := plan.of(RegistryPlan).internal:
        (pool,) = (one for one in plan.of(NodesPlan).pools if one.name == inside.placement.pool)
        yield inside.filer, inside.directory, sorted(node.address for node in pool.nodes)


def _registry_rows(plan: Plan) -> Iterator[Row]:
    """What a registry keeps stays for as long as something may run it."""
    inside, outside = plan.of(RegistryPlan).internal, plan.of(RegistryPlan).external
    addresses = {filer.name: filer.address for filer in plan.of(StoragePlan).nfs_filers}
    for filer, directory, _ in _registries(plan):
        is_inside = inside is not None and directory == inside.directory
        yield {
            "filer": filer,
            "filer_address": str(addresses[filer]),
            "directory": directory,
            "uid": USER,
            "gid": USER,
            "mode": MODE,
            "size": memory_quantity(inside.storage) if inside and is_inside else "",
            "keep_days": "",
            "app": "registry",
            "tenant": "platform",
            "namespace": inside.placement.namespace if inside and is_inside else "",
            "owner": outside.owner if outside else "",
            "state": "active",
        }


def _snapshots(plan: Plan) -> Iterator[tuple[str, str, list[IPv4Address]]]:
    """Filer, directory and clients of the log store's snapshots."""
    logged = plan.find(LoggingPlan)
    if logged and logged.snapshots:
        (pool,) = (one for one in plan.of(NodesPlan).pools if one.name == logged.placement.pool)
        clients = sorted(node.address for node in pool.nodes)
        yield logged.snapshots.filer, logged.snapshots.directory, clients


def _snapshot_rows(plan: Plan) -> Iterator[Row]:
    """Elasticsearch deletes what is too old itself: keep_days is empty."""
    logged = plan.find(LoggingPlan)
    if logged and logged.snapshots:
        yield {
            "filer": logged.snapshots.filer,
            "filer_address": str(logged.snapshots.filer_address),
            "directory": logged.snapshots.directory,
            "uid": ELASTICSEARCH_USER,
            "gid": ELASTICSEARCH_USER,
            "mode": MODE,
            "size": memory_quantity(logged.snapshots.size),
            "keep_days": "",
            "app": "elasticsearch",
            "tenant": "platform",
            "namespace": logged.placement.namespace,
            "owner": logged.declared.owner,
            "state": "active",
        }
