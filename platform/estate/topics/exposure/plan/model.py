"""What people reach by an address or a host name of the zone."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from estate.reader.values import Protocol, Zone
from estate.topics.exposure.declare.load_balancers import MetalLB


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
    interval: int = 5
    """Seconds between two questions to one member."""


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
    """The mailbox of its owner."""
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
    """Whether members get the client's address in a header before the first byte."""
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
    service: str | None
    """What the owner's Service is called; None where the owner is gone."""
    state: Literal["in use", "retired", "reserved"]
    """``reserved``: what held it is declared no more, and it has not been released."""


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """How an app is reached from outside the cluster."""

    node_port: int | None
    """Over TCP, for users or for load balancers that ask how it is; None where neither do."""
    traffic_policy: Literal["Cluster", "Local"]
    sources: tuple[IPv4Network, ...]
    """Exactly the sources that the app's pods see."""
    sources_over_tcp: tuple[IPv4Network, ...]
    """Of these, who connects over TCP: all, or only those that ask for its health, or nobody."""
    connections: VirtualServerPlan | None
    """What it takes over TCP; None where users send datagrams alone."""
    by_metallb: bool = False
    """Whether the cluster's own Service answers at the virtual address."""
    datagrams: DatagramsPlan | None = None
    """What it takes over UDP at the same address."""

    @property
    def virtual_servers(self) -> tuple[VirtualServerPlan, ...]:
        """All that people reach it by, TCP first."""
        udp = self.datagrams.virtual_server if self.datagrams else None
        return tuple(virtual_server for virtual_server in (self.connections, udp) if virtual_server)

    @property
    def virtual_server(self) -> VirtualServerPlan:
        """The first of them, where either will do: they share address, members and clients."""
        return self.virtual_servers[0]


@dataclass(frozen=True, kw_only=True)
class DatagramsPlan:
    """UDP of an app that is reached from outside (E1, E3)."""

    number: int
    """Where the container listens."""
    node_port: int
    virtual_server: VirtualServerPlan


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
    """MetalLB's configuration (E9)."""

    zone: Zone
    balancer: MetalLB
    pools: tuple[AddressPoolPlan, ...]
    """By name; no address stands in two."""


@dataclass(frozen=True, kw_only=True)
class ListenerPlan:
    """A listener of a Gateway: where HTTPRoutes attach (C5, E10)."""

    namespace: str
    gateway: str
    listener: str


@dataclass(frozen=True, kw_only=True)
class RoutePlan:
    """How a web app is published: by which shard, under which names, and what of it (E13)."""

    shard: str
    """The name of the shard's routers."""
    class_name: str
    """That of the shard: Ingresses name it; where ``listener`` is said, the Gateway does."""
    listener: ListenerPlan | None
    """Where its HTTPRoute attaches; None where an Ingress publishes it."""
    hosts: tuple[str, ...]
    """The names that people reach it by."""
    paths: tuple[str, ...]
    """Each with everything below it; the rest of the app is not published."""
    stickiness: Literal["none", "cookie", "source"]
    answer_within: int | None
    """Seconds that a router waits for an answer; None where its own default holds."""
    secure: bool
    """The shard speaks TLS."""
    address: IPv4Address
    """Where the names lead."""


API_SERVER = "api-server"
"""The virtual server in front of them."""
