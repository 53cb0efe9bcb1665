"""What an app's team writes: ``apps/<app>.yaml``, one file for one app in one zone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.declare.models.addresses import Address, Cidr, Port
from estate.declare.models.amounts import Memory, Resources
from estate.declare.models.values import AbsolutePath, Image, Model, Name, Owner, State, Zone


class DatabaseUse(Model):
    """A database that the app connects to from its own nodes (F1, F2)."""

    name: Name = Field(examples=["policydb"])
    """The database's name, as a stack file declares it."""


class Peer(Model):
    """Another app of the zone that this one connects to (C4)."""

    app: Name = Field(examples=["rating"])
    """The other app's name; it runs in the same zone, in another namespace."""


class GeneratedSecret(Model):
    """A random secret, mounted at ``/etc/secrets/<name>``; a higher generation replaces it."""

    name: Name = Field(examples=["session-key"])
    """The secret's name, and that of its folder below ``/etc/secrets``."""
    length: int = Field(default=32, ge=16, le=128)
    """How many characters it has."""
    generation: int = Field(default=1, ge=1, le=999)
    """Raise it to have a new value made; pods restart with it."""


class Listen(Model):
    """Where the app's container listens."""

    port: Port = Field(examples=[8080])
    """The port that the container listens on."""


class ExposedListen(Listen):
    """Where the container listens, and the port that every node keeps for it (E1)."""

    node_port: Port = Field(examples=[30010])
    """The port that every node of the zone keeps for this app; from the zone's band."""
    traffic_policy: Literal["Cluster", "Local"] = Field(examples=["Cluster"])
    """``Cluster``: any node forwards, pods see node addresses. ``Local``: only nodes with a pod
    answer, pods see who connected (E3c)."""


class VirtualServer(Model):
    """The virtual server on the F5: address and port stay what users know (E3, E5)."""

    address: Address = Field(examples=["10.10.0.21"])
    """The address that users know; from the VIP ranges of the zone's F5."""
    port: Port = Field(examples=[443])
    """The port that users know."""
    members: Literal["all", "pool"] = "all"
    """Every node of the zone, or the nodes of the app's own pool (E3b)."""
    stickiness: Literal["none", "source"] = "none"
    """``source``: a client stays with one node; needs ``traffic_policy: Local``."""
    snat: Literal["auto", "none"] = "auto"
    """``auto``: nodes see the F5's own addresses. ``none``: they see the clients'."""
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.30.0.0/16"]])
    """Who may connect; needed where pods see clients by their own address."""


class Logs(Model):
    """Files the app writes (middleware logs, dumps, application logs), kept on a filer (H1, H2)."""

    filer: Name = Field(examples=["filer-dmz"])
    """The filer that keeps them, as the zone's stack file names it."""
    size: Memory = Field(examples=["20Gi"])
    """How much the app may keep there."""
    path: AbsolutePath = Field(default="/var/log/app", examples=["/opt/claims/logs"])
    """Where the container finds it."""


class AppBase(Model):
    """What every app declares."""

    app: Name = Field(examples=["policy-portal"])
    """The app's name; unique in its zone."""
    tenant: Name = Field(examples=["life"])
    """The tenant that it belongs to: a file of tenants/."""
    zone: Zone = Field(examples=["dmz"])
    """The zone, and so the cluster, that it runs in."""
    owner: Owner = Field(examples=["life-portal@insurer.example"])
    """The mailbox of the team that answers for it."""
    state: State = "active"
    """``retired`` is the first of two steps by which an app leaves: its pods go, its port,
    address and volumes stay; then its file goes."""
    image: Image = Field(
        examples=[
            "life/policy-portal@sha256:"
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        ]
    )
    """Path in the zone's registry, by digest."""
    replicas: int = Field(ge=2, le=100, examples=[2])
    """How many pods run; two or more, so that the app survives the loss of a node."""
    size: Resources = Field(examples=[{"cpu": 2, "memory": "4Gi"}])
    """What one replica gets: today's size of the machine it comes from (D1)."""
    health: AbsolutePath = Field(examples=["/healthz"])
    """HTTP path that answers 200 when a replica can serve."""
    ready_within: int = Field(default=300, ge=10, le=3600)
    """Seconds until all replicas must be ready; then the update counts as failed."""
    pool: Name | None = Field(default=None, examples=["policy-portal"])
    """A pool dedicated to this app; without it the app runs in a namespace of its tenant."""
    namespace: Name | None = Field(default=None, examples=["batch"])
    """One of the tenant's further namespaces; without it the one that bears the tenant's name."""
    databases: tuple[DatabaseUse, ...] = Field(default=(), examples=[[{"name": "policydb"}]])
    """The databases that it connects to; what a firewall must let through follows from them."""
    connects_to: tuple[Peer, ...] = Field(default=(), examples=[[{"app": "rating"}]])
    """The apps of other namespaces that it connects to: both sides are opened from here (C4)."""
    serves: tuple[Name, ...] = Field(default=(), examples=[["motor"]])
    """The other tenants whose apps may connect to it; those of its own tenant may anyway."""
    secrets: tuple[GeneratedSecret, ...] = Field(default=(), examples=[[{"name": "session-key"}]])
    """Random secrets that are made for it."""


class TraditionalApp(AppBase):
    """An app moved from virtual machines: node port, virtual server, log files."""

    kind: Literal["traditional"]
    """``traditional``: reached from outside over a node port and the F5."""
    listen: ExposedListen = Field(
        examples=[{"port": 8080, "node_port": 30010, "traffic_policy": "Cluster"}]
    )
    """Where the container listens, and the port that every node keeps for it (E1)."""
    vip: VirtualServer = Field(examples=[{"address": "10.10.0.21", "port": 443}])
    """The virtual server on the F5: address and port stay what users know (E3, E5)."""
    logs: Logs | None = Field(default=None, examples=[{"filer": "filer-dmz", "size": "20Gi"}])
    """Files that it writes, kept on a filer (H1, H2)."""


class WebApp(AppBase):
    """An app that listens inside the cluster only."""

    kind: Literal["web"]
    """``web``: reached inside the cluster only."""
    listen: Listen = Field(examples=[{"port": 8080}])
    """Where the container listens."""


App = TraditionalApp | WebApp
APP_KINDS: dict[str, type[TraditionalApp] | type[WebApp]] = {
    "traditional": TraditionalApp,
    "web": WebApp,
}
