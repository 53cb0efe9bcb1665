"""Each kind of flow: who connects, to what, and over which hops that are declared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from estate.flows.pods import NAME_SERVICE, PodGroup
from estate.objects.mesh import PROBES
from estate.reader.values import Protocol, Zone


@dataclass(frozen=True, kw_only=True)
class Flow(ABC):
    """A declared way of a connection."""

    zone: Zone
    subject: str
    """The app, tenant or service that declares it."""
    available: bool = False
    """Declared highly available: it must survive the loss of any one node."""

    @property
    @abstractmethod
    def text(self) -> str:
        """In words; also what it is known by."""

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        """The addresses that it names, and what they are called."""
        return {}


@dataclass(frozen=True, kw_only=True)
class ClientFlow(Flow):
    """Clients to a virtual address, a node port, a pod (E2, E3)."""

    address: IPv4Address
    port: int
    clients: tuple[IPv4Network, ...]
    """Everybody when empty."""
    members: tuple[IPv4Address, ...]
    pods: PodGroup
    pod_port: int
    protocol: Protocol = "TCP"
    before_vips: tuple[str, ...] = ()
    """The firewalls between clients and the virtual address."""
    before_nodes: tuple[str, ...] = ()
    """The firewalls between the load balancer and nodes (E14)."""
    asked_on: int | None = None
    """Where the pods tell load balancers whether they can serve, if not where they serve."""

    @property
    def text(self) -> str:
        udp = "" if self.protocol == "TCP" else f" {self.protocol}"
        return f"clients -> {self.address}:{self.port}{udp} -> {self.pods.name}:{self.pod_port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        named = {
            client: f"clients of {self.subject}" for client in self.clients if client.prefixlen
        }
        return {**named, IPv4Network(self.address): f"virtual address of {self.subject}"}


@dataclass(frozen=True, kw_only=True)
class CallFlow(Flow):
    """Pods to pods of a Service (C3, C4)."""

    callers: PodGroup | None
    """None: every pod of the callee's namespace."""
    callees: PodGroup
    service: str
    port: int
    pod_port: int
    beside: tuple[int, ...] = ()
    """Further ports at the callee's pods by which the connection is carried."""

    @property
    def text(self) -> str:
        callers = self.callers.name if self.callers else f"{self.callees.namespace}/(any pod)"
        return f"{callers} -> {self.callees.namespace}/{self.service}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class RouteFlow(Flow):
    """A host name and a path, by a router shard, to the pods of an app (C5, E13)."""

    host: str
    path: str
    routers: PodGroup
    pods: PodGroup
    pod_port: int

    @property
    def text(self) -> str:
        return f"{self.host}{self.path} -> {self.routers.name} -> {self.pods.name}:{self.pod_port}"


@dataclass(frozen=True, kw_only=True)
class NeighbourFlow(Flow):
    """Pods of one namespace, on any port (C3)."""

    namespace: str

    @property
    def text(self) -> str:
        return f"{self.namespace}/(any pod) -> {self.namespace}/(any pod)"


@dataclass(frozen=True, kw_only=True)
class ProbeFlow(Flow):
    """Kubelets to the pods of a namespace in a mesh, by the address that the mesh gives them."""

    namespace: str

    @property
    def text(self) -> str:
        return f"kubelets -> {PROBES} -> {self.namespace}/(any pod)"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {PROBES: "probes in a mesh"}


@dataclass(frozen=True, kw_only=True)
class NameFlow(Flow):
    """Every pod of a namespace to the name service."""

    namespace: str

    @property
    def text(self) -> str:
        return f"{self.namespace}/(any pod) -> {NAME_SERVICE.name}:53"


@dataclass(frozen=True, kw_only=True)
class ClusterFlow(Flow):
    """Pods to pods that come with the cluster and that nothing here emits."""

    callers: PodGroup
    callees: PodGroup
    port: int

    @property
    def text(self) -> str:
        return f"{self.callers.name} -> {self.callees.name}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class OutFlow(Flow):
    """Pods to a server outside the cluster (F1, F2, F3)."""

    pods: PodGroup
    server: str
    address: IPv4Address
    port: int
    firewalls: tuple[str, ...]
    name: str = ""
    """The Service of its own namespace that it finds the server by; empty: by its address."""
    answered_in: Zone | None = None
    """The other zone, where the address is one of its virtual addresses."""

    @property
    def text(self) -> str:
        return f"{self.pods.name} -> {self.server} {self.address}:{self.port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {IPv4Network(self.address): self.server}


@dataclass(frozen=True, kw_only=True)
class MountFlow(Flow):
    """The nodes of an app to a directory on a filer (H2)."""

    pods: PodGroup | None
    """None where the app is retired and its volume is kept."""
    namespace: str
    filer: str
    address: IPv4Address
    directory: str
    nodes: tuple[IPv4Address, ...]
    firewalls: tuple[str, ...] = ()
    """Those between the nodes and the filer."""

    @property
    def text(self) -> str:
        return f"nodes of {self.namespace}/{self.subject} -> {self.filer}:{self.directory}"


@dataclass(frozen=True, kw_only=True)
class ConsumerFlow(Flow):
    """Networks outside that call pods by their own or by their node's address (K1, K2)."""

    consumers: tuple[IPv4Network, ...]
    pods: PodGroup
    port: int
    on_node: bool

    @property
    def text(self) -> str:
        networks = ", ".join(str(consumer) for consumer in self.consumers)
        return f"{networks} -> {self.pods.name}:{self.port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {consumer: f"consumers of {self.subject}" for consumer in self.consumers}


@dataclass(frozen=True, kw_only=True)
class MachineFlow(Flow):
    """Nodes and people to machines behind a virtual address."""

    address: IPv4Address
    port: int
    machines: tuple[IPv4Address, ...]
    machine_port: int
    clients: tuple[IPv4Network, ...] = ()
    """Everybody when empty."""
    outside: tuple[IPv4Network, ...] = ()
    """Those that cross firewalls on the way."""
    before_address: tuple[str, ...] = ()
    """The firewalls between them and the virtual address."""
    before_machines: tuple[str, ...] = ()
    """The firewalls between the load balancer and the machines (E14)."""

    @property
    def text(self) -> str:
        return f"clients -> {self.address}:{self.port} -> {self.subject}:{self.machine_port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        named = {IPv4Network(machine): f"a machine of {self.subject}" for machine in self.machines}
        return {**named, IPv4Network(self.address): f"virtual address of {self.subject}"}


@dataclass(frozen=True, kw_only=True)
class MachineMountFlow(Flow):
    """Machines to a directory on a filer."""

    filer: str
    directory: str
    machines: tuple[IPv4Address, ...]

    @property
    def text(self) -> str:
        return f"machines of {self.subject} -> {self.filer}:{self.directory}"


@dataclass(frozen=True, kw_only=True)
class PullFlow(Flow):
    """Nodes themselves to pods, by a cluster address (G4)."""

    sources: tuple[IPv4Network, ...]
    pods: PodGroup
    service: str
    port: int

    @property
    def text(self) -> str:
        return f"nodes -> {self.pods.namespace}/{self.service}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class ServerFlow(Flow):
    """Nodes to a server of the zone."""

    nodes: tuple[IPv4Address, ...]
    server: str
    address: IPv4Address
    port: int
    protocol: Protocol | Literal["VRRP"]
    """VRRP has no ports: the port is 0."""
    firewalls: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"nodes -> {self.server} {self.address}:{self.port}/{self.protocol}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {IPv4Network(self.address): self.server}


@dataclass(frozen=True, kw_only=True)
class FloatingFlow(Flow):
    """Clients of an address, to the node that holds it now; any node of the pool may."""

    address: IPv4Address
    nodes: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.address} -> a node of {self.subject}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {IPv4Network(self.address): f"an address of the pool {self.subject}"}


@dataclass(frozen=True, kw_only=True)
class DeviceFlow(Flow):
    """A device to the nodes that take its lines, and to the pods that receive them."""

    device: str
    pair: str
    """Its name, where it is a pair of hosts; empty for the F5."""
    sources: tuple[IPv4Address, ...]
    nodes: tuple[IPv4Address, ...]
    pods: PodGroup
    pod_port: int
    firewalls: tuple[str, ...]
    """Those before nodes."""

    @property
    def text(self) -> str:
        return f"{self.device} -> {self.pods.name}:{self.pod_port}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {IPv4Network(source): self.device for source in self.sources}


@dataclass(frozen=True, kw_only=True)
class NodeFlow(Flow):
    """Pods to a port of every node and master."""

    pods: PodGroup
    nodes: IPv4Network
    port: int
    held_by: PodGroup | None = None
    """The pods that hold the port of their node; None where it is the node's own."""

    @property
    def text(self) -> str:
        return f"{self.pods.name} -> nodes {self.nodes}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class ServedFlow(Flow):
    """API servers to pods that serve a part of the API."""

    sources: tuple[IPv4Network, ...]
    pods: PodGroup
    service: str
    port: int
    pod_port: int

    @property
    def text(self) -> str:
        return f"API servers -> {self.pods.namespace}/{self.service}:{self.port}"
