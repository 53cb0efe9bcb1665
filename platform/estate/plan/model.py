"""The plan of one zone: everything derived, nothing decided later.

Units: CPU in millicores, memory and storage in bytes. Tuples are sorted, so that equal
declarations give equal plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from estate.declare.models.bootstrap import Bootstrap
from estate.declare.models.dns import Dns
from estate.declare.models.exception import RuleException
from estate.declare.models.firewall import Firewall
from estate.declare.models.harbor import Harbor
from estate.declare.models.identity import Identity
from estate.declare.models.load_balancer import HAProxyPair, LoadBalancer, MetalLB
from estate.declare.models.logging import Logging
from estate.declare.models.mesh import Mesh
from estate.declare.models.monitoring import Monitoring
from estate.declare.models.node_ports import Protocol
from estate.declare.models.registry import RegistryTls
from estate.declare.models.stack import Cluster, Network, NfsFiler, PoolKeepalived, Role
from estate.declare.models.storage import Storage
from estate.declare.models.values import Zone
from estate.objects.roles import Role as AccessRole
from estate.plan.control_plane import MastersPlan
from estate.plan.delivery_access import DeliveryAccess

Kind = Literal["traditional", "web", "service", "rpc", "stateful", "batch"]
"""The archetypes of apps (N4)."""


@dataclass(frozen=True, kw_only=True)
class Amount:
    """CPU (millicores), memory (bytes) and, where it counts, pods."""

    cpu: int = 0
    memory: int = 0
    pods: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            cpu=self.cpu + other.cpu,
            memory=self.memory + other.memory,
            pods=self.pods + other.pods,
        )

    def times(self, count: int) -> Amount:
        """``count`` of these."""
        return Amount(cpu=self.cpu * count, memory=self.memory * count, pods=self.pods * count)

    def fits(self, room: Amount) -> bool:
        """Whether ``room`` has at least this much of each."""
        return self.cpu <= room.cpu and self.memory <= room.memory and self.pods <= room.pods

    def __sub__(self, other: Amount) -> Amount:
        return self + other.times(-1)


@dataclass(frozen=True, kw_only=True)
class Taint:
    """A taint as the kubelet registers it (D2)."""

    key: str
    value: str
    effect: Literal["NoSchedule"]


@dataclass(frozen=True, kw_only=True)
class NodePlan:
    """A node as it registers, and what it has left for pods (I5)."""

    name: str
    address: IPv4Address
    rack: str
    size: str
    capacity: Amount
    reserved: Amount
    allocatable: Amount
    daemon_sets: Amount
    """What the platform's daemon sets take of it, their pods included."""

    @property
    def room(self) -> Amount:
        """What apps can have of it (X4)."""
        return self.allocatable - self.daemon_sets


@dataclass(frozen=True, kw_only=True)
class PoolPlan:
    """A pool, its nodes, the label that attracts and the taint that repels (C6, D2, D5)."""

    name: str
    zone: Zone
    tenant: str | None
    app: str | None
    role: Role | None
    """What the platform uses it for; None where apps run."""
    labels: tuple[tuple[str, str], ...] = ()
    """What its nodes carry beside the pool's own label."""
    nodes: tuple[NodePlan, ...]
    taints: tuple[Taint, ...]
    keepalived: PoolKeepalived | None = None
    """Virtual addresses that move between its nodes (E4)."""

    @property
    def room(self) -> Amount:
        """What apps can have of all nodes together."""
        return sum((node.room for node in self.nodes), Amount())


@dataclass(frozen=True, kw_only=True)
class ServicePlacement:
    """Where a service of the platform's own runs: in its role's namespace, on its role's pool."""

    zone: Zone
    namespace: str
    pool: str
    taints: tuple[Taint, ...]
    """What keeps others from the pool; the service's pods tolerate them."""


@dataclass(frozen=True, kw_only=True)
class BindingPlan:
    """A group and the role that its members have (B8)."""

    role: AccessRole
    group: str
    """As the API server knows it: its issuer's name stands before it."""


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """Who answers for a namespace, whom to call, and who pays."""

    owner: str
    """A mailbox."""
    contact: str
    business_unit: str
    cost_centre: str


@dataclass(frozen=True, kw_only=True)
class NamespacePlan:
    """A namespace: exactly one tenant, exactly one pool, a quota (C1)."""

    name: str
    tenant: str
    zone: Zone
    pool: str
    ownership: Ownership
    quota: Amount
    node_ports: int
    """How many node ports are declared here; the quota equals it."""
    load_balancers: int = 0
    """How many Services of type LoadBalancer; the quota equals it (E9)."""
    protected: bool
    """Pulumi refuses to delete it; otherwise its objects may go with it."""
    version: str
    """Kubernetes version whose Pod Security standard holds."""
    bindings: tuple[BindingPlan, ...]
    """Who may do what here; nobody else has any right but the platform."""
    pipeline: str = ""
    """The user that may ask for the deployer's tokens; without one there is no deployer (L4)."""
    loosened: bool = False
    """An exception opens what Pod Security would refuse: our own rules hold the rest."""
    databases: tuple[DatabaseName, ...] = ()
    """The databases that its apps find by name."""
    mesh: Mesh | None = None
    """What the zone's mesh does for its pods; None where they are not in it."""


@dataclass(frozen=True, kw_only=True)
class ReceiverPlan:
    """Whom alerts of a tenant, or of the platform, reach (I8)."""

    email: str
    webhook: str | None
    """By its name in the zone."""


@dataclass(frozen=True, kw_only=True)
class TenantPlan:
    """A tenant's namespaces in this zone."""

    name: str
    zone: Zone
    namespaces: tuple[NamespacePlan, ...]
    alerts: ReceiverPlan


@dataclass(frozen=True, kw_only=True)
class MonitorPlan:
    """How a load balancer asks a member whether it can serve."""

    kind: Literal["http", "https", "tcp"]
    path: str = ""
    host: str = ""
    """What the request names as its host."""
    statuses: tuple[int, ...] = (200,)
    """The answers that count as well."""
    port: int | None = None
    """Where it asks; None where the members listen."""


@dataclass(frozen=True, kw_only=True)
class VirtualServerPlan:
    """An address and port that people know, and the servers behind it (E3, E5, E7).

    The one description from which every load balancer's configuration, the firewall rows and the
    names come, whatever stands behind: an app, a router shard, a registry, the API servers.
    """

    name: str
    """Unique in the zone for its protocol: the app's name, or that of what stands behind."""
    partition: str
    """The tenant that it belongs to, or ``platform``."""
    owner: str
    """The mailbox of who answers for it."""
    address: IPv4Address
    names: tuple[str, ...] = ()
    """What people call the address."""
    port: int
    protocol: Literal["TCP", "UDP"] = "TCP"
    members: tuple[IPv4Address, ...]
    member_port: int
    """Where each member listens: a node port, or a server's own."""
    monitor: MonitorPlan
    stickiness: Literal["none", "source", "cookie"]
    snat: Literal["auto", "none"]
    reads_http: bool = False
    """Whether the load balancer reads requests, or passes bytes through."""
    tls: str = ""
    """What it ends TLS with: a profile's or a file's name."""
    proxy_protocol: bool = False
    """Whether members are told the client's address in a header before the first byte."""
    long_lived: bool = False
    """Whether connections last for hours, and end with their member."""
    clients: tuple[IPv4Network, ...]
    """Who may connect; everybody when empty."""
    running: bool = True
    """False once what stands behind is retired: its partition is emptied of it."""


@dataclass(frozen=True, kw_only=True)
class NodePortPlan:
    """A node port that somebody holds (E1, E2)."""

    port: int
    protocol: Protocol
    owner: str
    """``<tenant>/<app>`` or ``platform/<service>``."""
    namespace: str | None
    """Where the owner's Service stands; None where the owner is gone."""
    state: Literal["in use", "retired", "reserved"]
    """``reserved``: what held it is declared no more, and it has not been released."""


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How an app is reached from outside the cluster."""

    node_port: int
    traffic_policy: Literal["Cluster", "Local"]
    sources: tuple[IPv4Network, ...]
    """Exactly the sources that the app's pods see."""
    virtual_server: VirtualServerPlan
    by_metallb: bool = False
    """Whether the cluster's own Service answers at the virtual address."""
    datagrams: DatagramsPlan | None = None
    """What it takes over UDP at the same address."""

    @property
    def virtual_servers(self) -> tuple[VirtualServerPlan, ...]:
        """All that people reach it by, TCP first."""
        udp = (self.datagrams.virtual_server,) if self.datagrams else ()
        return (self.virtual_server, *udp)


@dataclass(frozen=True, kw_only=True)
class DatagramsPlan:
    """UDP of an app that is reached from outside (E1, E3)."""

    number: int
    """Where the container listens."""
    node_port: int
    virtual_server: VirtualServerPlan


@dataclass(frozen=True, kw_only=True)
class DatabaseAccess:
    """A database that the app's pods may connect to, and by which way (F1, F3)."""

    name: str
    address: IPv4Address
    port: int
    host: str
    """The name in the cluster that the app connects to, whichever way it is."""
    via: Literal["direct", "egress"]
    relay_port: int | None
    """Where the zone's relays listen for it; None where pods themselves connect to it."""
    seen_as: tuple[IPv4Network, ...]
    """The sources that the database's server, and a firewall before it, may see (X1)."""


@dataclass(frozen=True, kw_only=True)
class DatabaseName:
    """The name by which a namespace's apps find a database (F4)."""

    name: str
    """The database's, and the Service's in the namespace."""
    port: int
    address: IPv4Address | None
    """Its server; None where the name leads to the zone's relays."""
    relays: str = ""
    """The host name of the relays' Service."""


@dataclass(frozen=True, kw_only=True)
class RelayedDatabase:
    """A database that relays take connections for, and from whom (F3)."""

    name: str
    address: IPv4Address
    port: int
    relay_port: int
    """Where every relay listens for it."""
    callers: tuple[tuple[str, str], ...]
    """Namespace and name of each app that may connect."""


@dataclass(frozen=True, kw_only=True)
class RelaysPlan:
    """TCP relays on the zone's egress nodes, whose addresses alone a firewall knows (F3)."""

    placement: ServicePlacement
    image: str
    replicas: int
    size: Amount
    """What one of them requests, which is its limit too."""
    connections: int
    """How many each takes at once."""
    databases: tuple[RelayedDatabase, ...]


@dataclass(frozen=True, kw_only=True)
class EgressAddressesPlan:
    """Addresses that OVN-Kubernetes gives to pods' connections, on any egress node (F3)."""

    zone: Zone
    pool: str
    """The pool whose nodes take them."""
    addresses: tuple[IPv4Address, ...]
    pods: tuple[tuple[str, str], ...]
    """Namespace and name of each app whose connections leave by them."""


@dataclass(frozen=True, kw_only=True)
class AddressPoolPlan:
    """Virtual addresses of one tenant that the same nodes answer for (E9)."""

    name: str
    tenant: str
    namespaces: tuple[str, ...]
    """Whose Services may have them."""
    addresses: tuple[IPv4Address, ...]
    nodes_of: tuple[str, ...]
    """The pools whose nodes answer."""


@dataclass(frozen=True, kw_only=True)
class MetalLBPlan:
    """What MetalLB is told (E9)."""

    zone: Zone
    balancer: MetalLB
    pools: tuple[AddressPoolPlan, ...]
    """By name; no address stands in two."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One app may connect to another: the one fact from which both sides are opened (C4)."""

    caller: str
    caller_namespace: str
    callee: str
    callee_namespace: str
    port: int
    """Where the callee's container listens."""
    meshed: bool = False
    """Whether the nodes' proxies carry it, to a port of their own at the callee's pods (K5)."""


@dataclass(frozen=True, kw_only=True)
class SecretPlan:
    """A secret that the program generates or is given; its value is never in a plan."""

    name: str
    """Name of the Kubernetes Secret, with the generation."""
    mount: str
    length: int
    stored: bool = False
    """The stack's file keeps it, encrypted, under its name; it is not generated."""


@dataclass(frozen=True, kw_only=True)
class ConfigPlan:
    """A file that the app reads."""

    path: str
    content: str


@dataclass(frozen=True, kw_only=True)
class PortPlan:
    """A port that the app's container listens on, as Services, probes and meshes know it (A8)."""

    number: int
    name: str
    protocol: str
    """``appProtocol`` of its Service port."""


@dataclass(frozen=True, kw_only=True)
class MetricsPlan:
    """What Prometheus reads from every pod."""

    port: int
    path: str


@dataclass(frozen=True, kw_only=True)
class ScalePlan:
    """How far the number of replicas follows the load (D3)."""

    most: int
    cpu: int
    """Percent of the requested CPU."""


@dataclass(frozen=True, kw_only=True)
class SchedulePlan:
    """When a batch app starts and how long it may take (K6)."""

    cron: str
    time_zone: str
    time_limit: int
    start_within: int
    retries: int


@dataclass(frozen=True, kw_only=True)
class NeedsPlan:
    """What must answer before a pod of the app starts (N2)."""

    image: str
    """The image that waits."""
    targets: tuple[str, ...]
    """Each as host and port."""
    within: int
    """Seconds."""
    apps: tuple[str, ...]
    """Those among the targets that are apps."""


@dataclass(frozen=True, kw_only=True)
class DiskPlan:
    """What one replica's claim is bound to in advance; one of the three says where it is."""

    replica: int
    size: int
    node: str = ""
    path: str = ""
    """With ``node``, a directory on it."""
    wwid: str = ""
    """A LUN on the Fibre Channel SAN."""
    portals: tuple[IPv4Address, ...] = ()
    iqn: str = ""
    lun: int = 0
    """With ``portals`` and ``iqn``, a LUN of an iSCSI target."""


@dataclass(frozen=True, kw_only=True)
class VolumePlan:
    """A volume of which each replica has its own."""

    name: str
    path: str
    size: int
    backend: str
    """Also the storage class."""
    technique: Literal["local", "fc", "iscsi", "csi"]
    disks: tuple[DiskPlan, ...]
    """By replica; none where a driver makes them."""


@dataclass(frozen=True, kw_only=True)
class StatefulPlan:
    """What a stateful app has beside what every app has (K3)."""

    volumes: tuple[VolumePlan, ...]
    parallel: bool
    preset: Literal["zookeeper"] | None

    @property
    def stays(self) -> bool:
        """Whether pods stay with their node: what it keeps is lost with it, and not moved (X15)."""
        return any(volume.technique == "local" for volume in self.volumes)


@dataclass(frozen=True, kw_only=True)
class ServerPlan:
    """A server outside the cluster."""

    address: IPv4Address
    port: int


@dataclass(frozen=True, kw_only=True)
class RpcPlan:
    """How a Dubbo provider registers (K1)."""

    exposure: Literal["cluster", "routed", "node", "gateway"]
    registry: tuple[str, ...]
    """The registry's servers, each as host and port."""
    consumers: tuple[IPv4Network, ...]
    """Networks outside that call the pods: each needs a route to them (K2)."""

    @property
    def holds_host_port(self) -> bool:
        """Whether a pod holds its port on the node, too, and registers the node's address."""
        return self.exposure == "node"


@dataclass(frozen=True, kw_only=True)
class LogVolume:
    """A directory on a filer, bound to one claim (H1, H2, M1)."""

    filer: str
    server: IPv4Address
    directory: str
    size: int
    keep_days: int
    """How long the filer's team keeps files."""
    mounts: tuple[tuple[str, str], ...]
    """Kind of file and where the container writes it; each is a directory below the pod's own."""


@dataclass(frozen=True, kw_only=True)
class RoutePlan:
    """How a web app is published: by which shard, under which names, and what of it (E13)."""

    shard: str
    """The name of the shard's routers."""
    ingress_class: str
    hosts: tuple[str, ...]
    """The names that people reach it by."""
    paths: tuple[str, ...]
    """Each with everything below it; the rest of the app is not published."""
    stickiness: Literal["none", "cookie", "source"]
    secure: bool
    """The shard speaks TLS."""
    address: IPv4Address
    """Where the names lead."""


RouterPortName = Literal["health", "http", "https"]


@dataclass(frozen=True, kw_only=True)
class RouterPort:
    """A port of a router: where it listens, where nodes do, and what people know."""

    name: RouterPortName
    number: int
    node_port: int
    port: int
    """That of its Service: what people know, except for health."""


@dataclass(frozen=True, kw_only=True)
class BackendPlan:
    """An app that a shard publishes."""

    app: str
    namespace: str
    port: int
    """Where its container listens."""
    hosts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RouterPlan:
    """A router shard: pods that bring requests by host name to the apps of its tenants (C5)."""

    name: str
    """``router-`` and the shard's name."""
    shard: str
    ingress_class: str
    """To whom the zone shows it and the shard's name: what Ingresses of its apps name (A2)."""
    owner: str
    placement: ServicePlacement
    image: str
    replicas: int
    size: Amount
    ports: tuple[RouterPort, ...]
    sources: tuple[IPv4Network, ...]
    """Exactly the sources that its pods see requests come from."""
    monitors: tuple[IPv4Network, ...]
    """Those that ask whether it can serve."""
    certificate: str | None
    """The TLS Secret in its namespace; None where it speaks HTTP only."""
    api_server: ServerPlan
    """Where it learns of Ingresses and endpoints."""
    backends: tuple[BackendPlan, ...]
    """Exactly the apps that it publishes."""
    virtual_servers: tuple[VirtualServerPlan, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that it looks into, by name."""
        return tuple(sorted({one.namespace for one in self.backends}))


@dataclass(frozen=True, kw_only=True)
class AppPlan:
    """An app: where it runs, what it gets, who reaches it, whom it reaches."""

    name: str
    tenant: str
    namespace: str
    zone: Zone
    kind: Kind
    owner: str
    running: bool
    """False once retired: the workload is gone, volumes stay until the declaration goes."""
    protected: bool
    image: str
    replicas: int
    """How many pods run, at least; of a batch app the one that a run starts."""
    size: Amount
    """What one pod requests, which is its limit too."""
    health: str | None
    """HTTP path of the probes; without one, a replica is ready once its port accepts."""
    ready_within: int
    """Seconds until all replicas must be ready."""
    listen: PortPlan | None
    pool: str
    tolerations: tuple[Taint, ...]
    exposure: Exposure | None
    databases: tuple[DatabaseAccess, ...]
    connects_to: tuple[Connection, ...]
    """Those in which it is the caller."""
    connected_from: tuple[Connection, ...]
    """Those in which it is the callee."""
    secrets: tuple[SecretPlan, ...]
    config: tuple[ConfigPlan, ...] = ()
    logs: LogVolume | None = None
    route: RoutePlan | None = None
    """How people reach it by name."""
    metrics: MetricsPlan | None = None
    scale: ScalePlan | None = None
    schedule: SchedulePlan | None = None
    needs: NeedsPlan | None = None
    stateful: StatefulPlan | None = None
    rpc: RpcPlan | None = None
    ensembles: tuple[ServerPlan, ...] = ()
    """Registries on machines that it asks, as a provider or as a consumer."""
    delivery: tuple[DeliveryAccess, ...] = ()
    """Systems of delivery that it connects to."""
    deployed: bool = False
    """Its tenant's pipeline may change its image; the declaration has the last word (L4)."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that people reach it by, through a router."""
        return self.route.hosts if self.route else ()

    @property
    def port(self) -> int | None:
        """Where the app's container listens; None where nothing does."""
        return self.listen.number if self.listen else None


@dataclass(frozen=True, kw_only=True)
class FirewallRow:
    """One rule for the firewall team: one source, one destination (F2, E14)."""

    firewall: str
    source_zone: Zone | Literal["outside"]
    source_node: str
    """What has the address: a node, the zone's egress, a load balancer, or clients."""
    source_address: IPv4Address | IPv4Network
    """Of clients a range, of all else one address."""
    destination_zone: Zone
    destination_name: str
    destination_address: IPv4Address
    port: int
    protocol: Protocol = "TCP"
    tenant: str
    app: str
    """What needs it: an app, or a service of the platform's own."""
    namespace: str
    owner: str
    requirement: str = "F2"
    what: str = ""
    """What is reached, in words."""
    ticket: str = ""
    """The order under which it is asked for, where one is declared."""
    expires: date | None = None
    """The last day it holds; for as long as it is asked for where there is none."""


@dataclass(frozen=True, kw_only=True)
class RegistryServerPlan:
    """A machine that the external registry runs on."""

    name: str
    address: IPv4Address


@dataclass(frozen=True, kw_only=True)
class ExternalRegistryPlan:
    """The registry outside the cluster: the same on each of its machines (G1 to G3)."""

    host: str
    """What clients call it."""
    owner: str
    servers: tuple[RegistryServerPlan, ...]
    port: int
    filer: str
    filer_address: IPv4Address
    directory: str
    """On the filer."""
    http_secret: str
    users: str
    """Both as references: no plan holds a value."""
    tls: RegistryTls
    deletable: bool
    promoted_from: str
    """The registry that tested images come from; empty where nobody says."""
    vip: ServerPlan
    sticky: bool


@dataclass(frozen=True, kw_only=True, order=True)
class SuppliedImage:
    """An image that the zone runs or builds on: what it is called, and where it comes from."""

    path: str
    """In registries."""
    digest: str
    name: str
    owner: str
    """The app's mailbox; empty for an image of the platform's own."""
    source: str
    """The repository outside; empty where the company builds it."""
    version: str
    base: str
    """The image of the platform's own that it is built on."""


@dataclass(frozen=True, kw_only=True)
class InternalRegistryPlan:
    """The registry inside the cluster: pods that serve nodes, pods that take in, the job (G4, G5).

    What serves the nodes is read-only: whoever stands on a node may pull, and nobody may push.
    """

    placement: ServicePlacement
    image: str
    copier: str
    """The image that copies images."""
    source: str
    """The registry outside that images come from."""
    source_address: ServerPlan
    address: IPv4Address
    """Its cluster address."""
    nodes: tuple[IPv4Network, ...]
    """Whom the pods see when a node pulls."""
    filer: str
    filer_address: IPv4Address
    directory: str
    storage: int
    """Bytes."""
    replicas: int
    size: Amount
    certificate: str
    login: str
    login_kept: bool
    """The stack's file keeps it; else somebody puts it there by hand."""
    generation: int
    schedule: str
    time_zone: str
    images: tuple[SuppliedImage, ...]
    protected: bool


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
    protected: bool
    """Whether the stack protects namespaces, volumes and claims."""
