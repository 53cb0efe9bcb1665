"""One zone's plan: everything that its cluster and documents are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from estate.declare.models.bootstrap import Bootstrap
from estate.declare.models.dns import Dns
from estate.declare.models.exception import RuleException
from estate.declare.models.firewall import Firewall
from estate.declare.models.harbor import Harbor
from estate.declare.models.identity import Identity
from estate.declare.models.load_balancer import HAProxyPair, LoadBalancer
from estate.declare.models.logging import Logging
from estate.declare.models.monitoring import Monitoring
from estate.declare.models.stack import Cluster, Network, NfsFiler
from estate.declare.models.storage import Storage
from estate.declare.models.values import Zone
from estate.plan.control_plane import MastersPlan
from estate.plan.model.apps import AppPlan
from estate.plan.model.egress import EgressAddressesPlan, RelaysPlan
from estate.plan.model.exposure import MetalLBPlan, NodePortPlan, VirtualServerPlan
from estate.plan.model.firewall import FirewallRow
from estate.plan.model.logs import LogIntakePlan
from estate.plan.model.pools import PoolPlan
from estate.plan.model.registries import ExternalRegistryPlan, InternalRegistryPlan, SuppliedImage
from estate.plan.model.routers import RouterPlan
from estate.plan.model.tenants import BindingPlan, TenantPlan


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One zone's plan."""

    zone: Zone
    cluster: Cluster
    network: Network
    registry: str
    """Host of the registry that its nodes pull from."""
    harbor: Harbor | None
    """Harbor, where it is the zone's registry."""
    external_registry: ExternalRegistryPlan | None
    """How it is built; None where somebody else runs it."""
    internal_registry: InternalRegistryPlan | None
    """The copy inside the cluster."""
    supply: tuple[SuppliedImage, ...]
    """Every image that the zone runs or builds on, by path (G8)."""
    bootstrap: Bootstrap | None
    """Where the values of secrets are that exist before the cluster does."""
    load_balancer: LoadBalancer
    """What carries the virtual servers."""
    platform_load_balancer: HAProxyPair | None
    """What carries those of the partition ``platform`` instead."""
    nfs_filers: tuple[NfsFiler, ...]
    dns: Dns | None
    storage: Storage
    identity: Identity
    masters: MastersPlan | None
    """None where somebody else runs the control plane."""
    pools: tuple[PoolPlan, ...]
    tenants: tuple[TenantPlan, ...]
    apps: tuple[AppPlan, ...]
    routers: tuple[RouterPlan, ...]
    """The router shards, by name."""
    virtual_servers: tuple[VirtualServerPlan, ...]
    """Everything that people reach by an address of the zone, by partition and name."""
    firewalls: tuple[Firewall, ...]
    """Those on the way into the zone, and within it."""
    firewall_rows: tuple[FirewallRow, ...]
    relays: RelaysPlan | None
    """None where no app connects by them."""
    egress_addresses: EgressAddressesPlan | None
    """None where no app's connections leave by them."""
    metallb: MetalLBPlan | None
    """None where something else stands in front of the nodes, or no app is exposed."""
    node_ports: tuple[NodePortPlan, ...]
    """The zone's part of the register, by number and protocol."""
    bindings: tuple[BindingPlan, ...]
    """The platform's own groups, whose rights hold in the whole cluster."""
    exceptions: tuple[RuleException, ...]
    """Where a rule of admission does not hold, by namespace and rule."""
    images: Mapping[str, str]
    """The platform's own images in the zone's registry, by name."""
    monitoring: Monitoring | None
    """What watches the zone, as declared."""
    logging: Logging | None
    """What keeps its logs, as declared."""
    log_intake: LogIntakePlan | None
    """Where load balancers send their access logs; None where none does."""
    protected: bool
    """Whether the stack protects namespaces, volumes and claims."""
