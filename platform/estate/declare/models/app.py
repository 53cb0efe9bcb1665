"""What an app's team writes: ``apps/<app>.yaml``, one file for one app in one zone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.declare.models.values import (
    AbsolutePath,
    Address,
    Cidr,
    Memory,
    Model,
    Name,
    Owner,
    Port,
    Resources,
    State,
    Zone,
)


class DatabaseUse(Model):
    """A database that the app connects to from its own nodes (F1, F2)."""

    name: Name


class GeneratedSecret(Model):
    """A random secret, mounted at ``/etc/secrets/<name>``; a higher generation replaces it."""

    name: Name
    length: int = Field(default=32, ge=16, le=128)
    generation: int = Field(default=1, ge=1, le=999)


class Listen(Model):
    """Where the app's container listens."""

    port: Port


class ExposedListen(Listen):
    """Where the container listens, and the port that every node keeps for it (E1)."""

    node_port: Port
    traffic_policy: Literal["Cluster", "Local"]
    """``Cluster``: any node forwards, pods see node addresses. ``Local``: only nodes with a pod
    answer, pods see who connected (E3c)."""


class VirtualServer(Model):
    """The virtual server on the F5: address and port stay what users know (E3, E5)."""

    address: Address
    port: Port
    members: Literal["all", "pool"] = "all"
    """Every node of the zone, or the nodes of the app's own pool (E3b)."""
    stickiness: Literal["none", "source"] = "none"
    snat: Literal["auto", "none"] = "auto"
    clients: tuple[Cidr, ...] = ()
    """Who may connect; needed where pods see clients by their own address."""


class Logs(Model):
    """Files the app writes (middleware logs, dumps, application logs), kept on a filer (H1, H2)."""

    filer: Name
    size: Memory
    path: AbsolutePath = "/var/log/app"


class AppBase(Model):
    """What every app declares."""

    app: Name
    tenant: Name
    zone: Zone
    owner: Owner
    state: State = "active"
    image: str = Field(
        pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*@sha256:[0-9a-f]{64}$",
        max_length=255,
    )
    """Path in the zone's registry, by digest."""
    replicas: int = Field(ge=2, le=100)
    size: Resources
    """What one replica gets: today's size of the machine it comes from (D1)."""
    health: AbsolutePath
    """HTTP path that answers 200 when a replica can serve."""
    ready_within: int = Field(default=300, ge=10, le=3600)
    """Seconds until all replicas must be ready; then the update counts as failed."""
    pool: Name | None = None
    """A pool dedicated to this app; without it the app runs in the tenant's shared namespace."""
    databases: tuple[DatabaseUse, ...] = ()
    secrets: tuple[GeneratedSecret, ...] = ()


class TraditionalApp(AppBase):
    """An app moved from virtual machines: node port, virtual server, log files."""

    kind: Literal["traditional"]
    listen: ExposedListen
    vip: VirtualServer
    logs: Logs | None = None


class WebApp(AppBase):
    """An app that listens inside the cluster only."""

    kind: Literal["web"]
    listen: Listen


App = TraditionalApp | WebApp
APP_KINDS: dict[str, type[TraditionalApp] | type[WebApp]] = {
    "traditional": TraditionalApp,
    "web": WebApp,
}
