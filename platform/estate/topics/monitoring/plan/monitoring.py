"""Monitoring: targets, receivers and storage of samples (I1 to I8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from estate.plan import Plan
from estate.topics.admission.declare.exceptions import RuleException
from estate.topics.admission.plan import ExceptionsPlan
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.control_plane.declare.cluster import Cluster
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.plan.model import NodePortPlan, VirtualServerPlan
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.monitoring.declare import Monitoring, Webhook
from estate.topics.monitoring.plan.probes import ProbedMachine, probed_machines, probed_servers
from estate.topics.monitoring.plan.scraped_services import ScrapedService, scraped_services
from estate.topics.monitoring.plan.sizes import REPLICAS, SIZES, Sizing
from estate.topics.network.declare.network import Network
from estate.topics.network.plan import NetworkPlan
from estate.topics.node_ports.plan import NodePortsPlan
from estate.topics.nodes.plan import NodesPlan, reloader
from estate.topics.nodes.plan.model import MASTERS, PoolPlan, ServicePlacement
from estate.topics.nodes.plan.placement import placement_of
from estate.topics.registry.plan import RegistryPlan
from estate.topics.storage.plan.volumes import DiskPlan
from estate.topics.tenancy.plan import TenancyPlan
from estate.topics.tenancy.plan.model import NamespacePlan, ReceiverPlan

IMAGES: tuple[str, ...] = (*REPLICAS, "node-exporter", reloader.IMAGE)
"""What has to stand in images.yaml."""

PLATFORM = "platform"
"""The receiver of what is no tenant's."""


@dataclass(frozen=True, kw_only=True)
class MonitoringPlan:
    """The monitoring of one zone, with everything that it is held against."""

    placement: ServicePlacement
    declared: Monitoring
    sizing: Sizing
    images: Mapping[str, str]
    disks: tuple[DiskPlan, ...]
    """What each Prometheus keeps its samples on, by replica."""
    receivers: Mapping[str, ReceiverPlan]
    """By tenant, and :data:`PLATFORM`."""
    cluster: Cluster
    network: Network
    pools: tuple[PoolPlan, ...]
    namespaces: tuple[NamespacePlan, ...]
    apps: tuple[AppPlan, ...]
    """Those that run."""
    services: tuple[ScrapedService, ...]
    """The platform's own, but for monitoring itself."""
    virtual_servers: tuple[VirtualServerPlan, ...]
    """Those that monitoring may connect to, with what it asks them."""
    logging: LoggingPlan | None
    """What the collectors of logs are held against."""
    machines: tuple[ProbedMachine, ...]
    """The registry's, each asked at its own address."""
    moving_addresses: Mapping[IPv4Address, str]
    """Those that keepalived moves among nodes and masters, with the pool or the masters."""
    node_ports: tuple[NodePortPlan, ...]
    exceptions: tuple[RuleException, ...]
    protected: bool

    @property
    def serves_resource_metrics(self) -> bool:
        """Whether what autoscalers ask is ours to serve (I7)."""
        return self.declared.resource_metrics == "estate"


def plan_monitoring(plan: Plan, declared: Monitoring | None) -> MonitoringPlan | None:
    """Everything that monitoring is made from; None where none is declared."""
    placement = placement_of(plan.of(NodesPlan).pools, "monitoring")
    if declared is None or placement is None:
        return None
    receivers = {tenant.name: tenant.alerts for tenant in plan.of(TenancyPlan).tenants}
    own = ReceiverPlan(email=declared.owner, webhook=declared.webhook)
    return MonitoringPlan(
        placement=placement,
        declared=declared,
        sizing=SIZES[declared.size],
        images={name: plan.of(RegistryPlan).images[name] for name in IMAGES},
        disks=_disks(declared),
        receivers={**receivers, PLATFORM: own},
        cluster=plan.of(ControlPlanePlan).cluster,
        network=plan.of(NetworkPlan).network,
        pools=plan.of(NodesPlan).pools,
        namespaces=tuple(
            namespace for tenant in plan.of(TenancyPlan).tenants for namespace in tenant.namespaces
        ),
        apps=tuple(app for app in plan.of(AppsPlan).apps if app.running),
        services=tuple(scraped_services(plan)),
        virtual_servers=probed_servers(plan),
        logging=plan.find(LoggingPlan),
        machines=tuple(probed_machines(plan)),
        moving_addresses=_moving(plan),
        node_ports=plan.of(NodePortsPlan).node_ports,
        exceptions=plan.of(ExceptionsPlan).exceptions,
        protected=plan.protected,
    )


def _moving(plan: Plan) -> dict[IPv4Address, str]:
    """Those on machines with node-exporter; of a pair outside of the cluster nothing is read."""
    found = {
        address.address: pool.name
        for pool in plan.of(NodesPlan).pools
        if pool.keepalived
        for address in pool.keepalived.addresses
    }
    control_plane = plan.of(ControlPlanePlan)
    if control_plane.masters and control_plane.masters.pair:
        found[control_plane.cluster.api_server.address] = MASTERS
    return found


def token_name(webhook: Webhook) -> str:
    """The Secret that holds it, and the key by which a stack keeps it."""
    return f"alertmanager.{webhook.name}-g{webhook.generation}"


def _disks(declared: Monitoring) -> tuple[DiskPlan, ...]:
    found = [
        DiskPlan(replica=disk.replica, size=disk.size, node=disk.node, path=disk.path)
        for disk in declared.disks
    ]
    found += [DiskPlan(replica=lun.replica, size=lun.size, wwid=lun.wwid) for lun in declared.luns]
    return tuple(sorted(found, key=lambda disk: disk.replica))
