"""An app: where it runs, what it gets, its clients and its destinations."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from estate.objects.container import Probe
from estate.reader.values import Zone
from estate.topics.apps.plan.containers import FurtherPlan, ProcessPlan
from estate.topics.apps.plan.secret_plans import SecretPlan, SettingsPlan
from estate.topics.delivery.plan.access import DeliveryAccess
from estate.topics.egress.plan.model import (
    DatabaseAccess,
    OtherZoneAccess,
    OtherZoneCaller,
    ServerPlan,
)
from estate.topics.exposure.plan.model import Exposure, RoutePlan
from estate.topics.nodes.plan.model import Amount, Taint
from estate.topics.storage.plan.volumes import VolumePlan

Kind = Literal["traditional", "web", "service", "rpc", "stateful", "worker", "batch"]
"""The archetypes of apps (N4)."""


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
class ConfigPlan:
    """A file that the app reads."""

    path: str
    content: str


@dataclass(frozen=True, kw_only=True)
class AlonePlan:
    """One pod runs, for a reason (X5)."""

    why: str
    overlap: bool
    """Whether an update starts the new pod before the old one ends."""


@dataclass(frozen=True, kw_only=True)
class LimitsPlan:
    """The most that one pod's own container may use."""

    cpu: int | None
    """Millicores; None where there is no limit."""
    memory: int
    """Bytes."""


@dataclass(frozen=True, kw_only=True)
class WritablePlan:
    """An empty directory that the container may write to."""

    path: str
    size: int
    """Bytes."""


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
    suspended: bool = False


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
class CollectedFiles:
    """Log files that are also said, line by line, by a container beside the app's (H1)."""

    pattern: str
    kinds: tuple[str, ...]
    """The directories, by kind of file."""
    image: str
    """Of what reads them."""
    size: Amount
    """What that requests."""


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
    collected: CollectedFiles | None = None
    """What goes to the tenant's log stream as well; None where nothing does."""


@dataclass(frozen=True, kw_only=True)
class AppPlan:
    """An app: where it runs, what it gets, its clients and its destinations."""

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
    """What one pod requests."""
    alone: AlonePlan | None = None
    """Why one pod is enough; None where there are several, or none that runs on."""
    ready: Probe | None
    """How kubelets ask a replica whether it can serve; None where nobody connects to it."""
    alive: Probe | None
    """How they ask whether it lives; None where nothing is asked."""
    host: str
    """The first name that users know it by, which health checks send as Host;
    empty where users know none."""
    ready_within: int
    """Seconds that each replica has to become ready, once what it needs has answered."""
    listen: PortPlan | None
    pool: str
    tolerations: tuple[Taint, ...]
    exposure: Exposure | None
    databases: tuple[DatabaseAccess, ...]
    connects_to: tuple[Connection, ...]
    """Those in which it is the caller."""
    connected_from: tuple[Connection, ...]
    """Those in which it is the callee."""
    other_zone: tuple[OtherZoneAccess, ...] = ()
    """The apps of the other zone that it connects to."""
    callers_of_the_other_zone: tuple[OtherZoneCaller, ...] = ()
    """The apps of the other zone that connect to it."""
    secrets: tuple[SecretPlan, ...]
    limits: LimitsPlan
    user: int
    group: int
    writable: tuple[WritablePlan, ...] = ()
    """Empty directories that the container may write to, beside ``/tmp``."""
    tmp: int
    """Bytes that ``/tmp`` may hold."""
    stop_within: int
    """Seconds that a pod has to end."""
    process: ProcessPlan = field(default_factory=ProcessPlan)
    """What its container runs, and with which environment."""
    sidecars: tuple[FurtherPlan, ...] = ()
    """Containers that stay beside its own."""
    before: tuple[FurtherPlan, ...] = ()
    """Containers that run before it and end."""
    settings: tuple[SettingsPlan, ...] = ()
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
    def starts_within(self) -> int:
        """Seconds that each replica has, waiting for what it needs included."""
        return self.ready_within + (self.needs.within if self.needs else 0)

    @property
    def most_replicas(self) -> int:
        """How many pods run at the highest load."""
        return max(self.replicas, self.scale.most) if self.scale else self.replicas

    @property
    def port(self) -> int | None:
        """Where the app's container listens; None where nothing does."""
        return self.listen.number if self.listen else None
