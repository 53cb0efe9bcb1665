"""Router shards."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from estate.topics.egress.plan.model import ServerPlan
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.nodes.plan.model import Amount, ServicePlacement

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
    api: Literal["ingress", "gateway"]
    """Which objects say what it publishes (E10)."""
    class_name: str
    """Its exposure in the zone, and the shard's name: what its Ingresses or its Gateway name
    (A2)."""
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
    """Where it learns of what it publishes, and of endpoints."""
    backends: tuple[BackendPlan, ...]
    """Exactly the apps that it publishes."""
    virtual_servers: tuple[VirtualServerPlan, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that it looks into, by name."""
        return tuple(sorted({backend.namespace for backend in self.backends}))
