"""One zone's plan: everything that its cluster and documents are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from estate.reader.values import Zone
from estate.topics.admission.declare.exceptions import RuleException
from estate.topics.apps.plan.model import AppPlan
from estate.topics.control_plane.declare.cluster import Cluster
from estate.topics.control_plane.plan.model import MastersPlan
from estate.topics.dns.declare import Dns
from estate.topics.document_secrets.declare import Bootstrap
from estate.topics.egress.declare.firewalls import Firewall
from estate.topics.egress.plan.firewall_row import FirewallRow
from estate.topics.egress.plan.model import EgressAddressesPlan, RelaysPlan
from estate.topics.exposure.declare.load_balancers import HAProxyPair, LoadBalancer
from estate.topics.exposure.plan.access_logs import LogIntakePlan
from estate.topics.exposure.plan.model import MetalLBPlan, NodePortPlan, VirtualServerPlan
from estate.topics.identity.declare.issuers import Identity
from estate.topics.identity.plan.bindings import BindingPlan
from estate.topics.logging.declare import Logging
from estate.topics.monitoring.declare import Monitoring
from estate.topics.network.declare.network import Network
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.registry.declare.harbor import Harbor
from estate.topics.registry.plan.model import (
    ExternalRegistryPlan,
    InternalRegistryPlan,
    SuppliedImage,
)
from estate.topics.routers.plan.model import RouterPlan
from estate.topics.storage.declare.filers import NfsFiler
from estate.topics.storage.declare.volumes import Storage
from estate.topics.tenancy.plan.model import TenantPlan


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
