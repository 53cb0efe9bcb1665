"""Logging: streams, their readers, and disks (H3 to H8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.control_plane.declare.cluster import Cluster
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.exposure.plan.access_logs import LogIntakePlan
from estate.topics.identity.plan import IdentityPlan
from estate.topics.logging.declare import Logging, SetName, StoreDisk, StoreSet
from estate.topics.logging.plan.audiences import Audience, plan_audiences
from estate.topics.logging.plan.kibana import KibanaAccess, plan_kibana_access
from estate.topics.logging.plan.sizes import SETS, SIZES, Part, by_name
from estate.topics.logging.plan.snapshots import SnapshotsPlan, plan_snapshots
from estate.topics.network.declare.network import Network
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.plan import NodesPlan, reloader
from estate.topics.nodes.plan.model import Amount, ServicePlacement
from estate.topics.nodes.plan.placement import placement_of
from estate.topics.nodes.plan.platform_namespaces import INGRESS_NAMESPACE, PLATFORM_NAMESPACES
from estate.topics.registry.plan import RegistryPlan
from estate.topics.storage.plan.volumes import DiskPlan
from estate.topics.tenancy.plan import TenancyPlan

IMAGES = ("elasticsearch", "elasticsearch-exporter", "fluent-bit", "kibana", reloader.IMAGE)
"""What has to stand in images.yaml."""

COLLECTOR = "log-collector"
COLLECTOR_PORT = 2020
"""Where a collector tells how it fares."""

EXPORTER = "elasticsearch-exporter"
EXPORTER_PORT = 9114

SYSTEM_NAMESPACES = (
    "kube-system",
    *(one for one in PLATFORM_NAMESPACES if one != INGRESS_NAMESPACE),
)
"""Whose pods' logs are the infrastructure's."""

RACK_KNOWN_FROM = (1, 35)
"""The first version whose pods get their node's rack (PodTopologyLabels)."""


@dataclass(frozen=True, kw_only=True)
class StoreSetPlan:
    """Nodes of Elasticsearch that do the same, each with what it keeps its data on."""

    name: SetName
    part: Part
    backend: str
    """Also the storage class."""
    size: Amount
    """What one of them requests, which is its limit too."""
    disks: tuple[DiskPlan, ...]
    """By replica."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.disks)


@dataclass(frozen=True, kw_only=True)
class LoggingPlan:
    """The logging of one zone."""

    placement: ServicePlacement
    declared: Logging
    sizes: Mapping[Part, Amount]
    images: Mapping[str, str]
    sets: tuple[StoreSetPlan, ...]
    """Masters first."""
    tenants: Mapping[str, tuple[str, ...]]
    """By tenant, its namespaces."""
    with_files: tuple[str, ...]
    """The tenants of which an app's log files are collected (H1)."""
    audiences: tuple[Audience, ...]
    access: KibanaAccess | None
    """How people reach Kibana; None where nobody does."""
    intake: LogIntakePlan | None
    """How devices send their access logs; None where none does."""
    snapshots: SnapshotsPlan | None
    """Where logs are copied to; None where nobody says."""
    cluster: Cluster
    network: Network
    protected: bool

    @property
    def knows_racks(self) -> bool:
        """Whether a pod gets its node's rack, so that copies stand in different ones."""
        major, minor = self.cluster.version.split(".")
        return (int(major), int(minor)) >= RACK_KNOWN_FROM

    def of(self, name: SetName) -> StoreSetPlan:
        """The set of that name."""
        return next(store_set for store_set in self.sets if store_set.name == name)


def plan_logging(plan: Plan, declared: Logging | None) -> LoggingPlan | None:
    """Everything that logging is made from; None where none is declared."""
    placement = placement_of(plan.of(NodesPlan).pools, "logging")
    if declared is None or placement is None:
        return None
    return LoggingPlan(
        placement=placement,
        declared=declared,
        sizes=SIZES[declared.size],
        images={name: plan.of(RegistryPlan).images[name] for name in IMAGES},
        sets=tuple(_sets(declared)),
        tenants={
            tenant.name: tuple(namespace.name for namespace in tenant.namespaces)
            for tenant in plan.of(TenancyPlan).tenants
        },
        with_files=_with_files(plan),
        access=plan_kibana_access(plan),
        intake=plan.of(ExposurePlan).log_intake,
        snapshots=plan_snapshots(plan, declared.snapshots),
        audiences=plan_audiences(
            declared, plan.of(IdentityPlan).identity, plan.of(TenancyPlan).tenants
        ),
        cluster=plan.of(ControlPlanePlan).cluster,
        network=plan.of(NetworkPlan).network,
        protected=plan.protected,
    )


def _with_files(plan: Plan) -> tuple[str, ...]:
    apps = (app for app in plan.of(AppsPlan).apps if app.running)
    return tuple(sorted({app.tenant for app in apps if app.logs and app.logs.collected}))


def _sets(declared: Logging) -> Iterator[StoreSetPlan]:
    for name, store_set in by_name(declared.sets):
        part = SETS[name]
        yield StoreSetPlan(
            name=name,
            part=part,
            backend=store_set.backend,
            size=SIZES[declared.size][part],
            disks=tuple(sorted(_disks(store_set), key=lambda disk: disk.replica)),
        )


def _disks(declared: StoreSet) -> Iterator[DiskPlan]:
    for one in (*declared.disks, *declared.luns):
        if isinstance(one, StoreDisk):
            yield DiskPlan(replica=one.replica, size=one.size, node=one.node, path=one.path)
        else:
            yield DiskPlan(replica=one.replica, size=one.size, wwid=one.wwid)
