"""Registries, outside and inside the cluster."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.topics.egress.plan.model import ServerPlan
from estate.topics.nodes.plan.model import Amount, ServicePlacement
from estate.topics.registry.declare.registry import RegistryTls


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
    node_login: str
    """All three as references: no plan holds a value."""
    tls: RegistryTls
    deletable: bool
    promoted_from: str
    """The registry that tested images come from; empty where nobody says."""
    vip: ServerPlan
    clients: tuple[IPv4Network, ...]
    """Who may connect, the zone's nodes among them; everybody when empty."""
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

    The pods for nodes are read-only: every process on a node may pull, and none may push.
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
    """The source addresses that the pods see when a node pulls."""
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
