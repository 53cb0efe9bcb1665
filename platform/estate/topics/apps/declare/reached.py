"""Apps that speak HTTP, by who reaches them: users by address, by host name, or other apps."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, Cidr, Host, Port
from estate.reader.amounts import Memory
from estate.reader.values import AbsolutePath, BigIpPath, FilePattern, Model, Name
from estate.topics.apps.declare.common import ElasticApp, Listen


class ExposedListen(Listen):
    """Where the container listens, and the port that every node keeps for it (E1)."""

    node_port: Port | None = Field(default=None, examples=[30010])
    """The port that every node of the zone keeps for this app, as the register has it; it may be
    left out (E2)."""
    traffic_policy: Literal["Cluster", "Local"] = Field(examples=["Cluster"])
    """``Cluster``: any node forwards, pods see node addresses. ``Local``: only nodes with a pod
    answer, pods see who connected (E3c)."""


class Tls(Model):
    """A certificate that the load balancer holds: named, never carried."""

    client_profile: BigIpPath | None = Field(default=None, examples=["/Common/portal"])
    """On an F5: the client SSL profile."""
    certificate: AbsolutePath | None = Field(
        default=None, examples=["/etc/haproxy/certificates/portal.pem"]
    )
    """On a pair of HAProxy hosts: the file with certificate, chain and key."""


class VirtualServer(Model):
    """The virtual server: address and port stay what users know (E3, E5)."""

    address: Address = Field(examples=["10.10.0.21"])
    """The address that users know; from the VIP ranges of the zone's load balancer."""
    port: Port | None = Field(default=None, examples=[443])
    """The port that users know, over TCP; left out where they send datagrams alone (``udp``)."""
    names: tuple[Host, ...] = Field(default=(), examples=[["portal.insurer.example"]])
    """The names that users know the address by, in the zone's domains (J4)."""
    members: Literal["all", "pool"] = "all"
    """Every node of the zone, or the nodes of the app's own pool (E3b)."""
    protocol: Literal["tcp", "http"] = "tcp"
    """``tcp``: bytes pass through. ``http``: the load balancer reads requests, as it must to end
    TLS and to set cookies."""
    tls: Tls | None = Field(default=None, examples=[{"client_profile": "/Common/portal"}])
    """Ends TLS at the load balancer, with a certificate that is there already."""
    stickiness: Literal["none", "source", "cookie"] = "none"
    """``source``: a client stays with one node, by its address; ``cookie``: by a cookie that the
    load balancer sets. Both need ``traffic_policy: Local`` (E7)."""
    snat: Literal["auto", "none"] = "auto"
    """``auto``: nodes see the load balancer's own addresses. ``none``: they see the clients'."""
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.30.0.0/16"]])
    """Who may connect; needed where pods see clients by their own address."""
    proxy_protocol: bool = False
    """Whether each connection to the app begins with the client's address (PROXY protocol,
    version 2), which the app must expect; only where the zone has a pair of HAProxy hosts."""


class Datagrams(Model):
    """UDP, at the same virtual address: beside what the app answers over TCP, by which load
    balancers and kubelets know whether it can serve (E1, E3)."""

    port: Port = Field(examples=[5060])
    """The UDP port that the container listens on."""
    vip_port: Port = Field(examples=[5060])
    """The UDP port that users know; it may have the number of a TCP port."""
    node_port: Port | None = Field(default=None, examples=[30010])
    """The UDP port that every node of the zone keeps for it, as the register has it; it may be
    left out (E2)."""


class Logs(Model):
    """Files the app writes, kept on a filer, in directories of its own for each pod (H1, H2)."""

    filer: Name = Field(examples=["filer-dmz"])
    """The filer that keeps them, as the zone's stack file names it."""
    size: Memory = Field(examples=["20Gi"])
    """How much the app may keep there."""
    middleware: AbsolutePath = Field(default="/var/log/middleware", examples=["/opt/was/logs"])
    """Where the middleware writes its own logs."""
    dump: AbsolutePath = Field(default="/var/log/dump", examples=["/opt/was/dumps"])
    """Where dumps are written; a JVM is told so in ``JAVA_TOOL_OPTIONS``."""
    application: AbsolutePath = Field(default="/var/log/app", examples=["/opt/claims/logs"])
    """Where the application writes its logs."""
    collect: FilePattern | None = Field(default=None, examples=["server*.log"])
    """Which files of middleware and application go to the tenant's log stream as well, line by
    line; dumps never do. The zone needs ``estate:logging``, and each pod a little more."""
    keep_days: int = Field(default=90, ge=1, le=3650)
    """How long the filer's team keeps files; nothing in the cluster deletes them."""


class HttpApp(ElasticApp):
    """What every app declares that speaks HTTP."""

    health: AbsolutePath = Field(examples=["/healthz"])
    """HTTP path that answers 200 when a replica can serve."""


class TraditionalApp(HttpApp):
    """An app moved from virtual machines: node port, virtual server, log files."""

    kind: Literal["traditional"]
    """``traditional``: reached from outside over a node port and the load balancer."""
    # Frozen, so a narrower type of it is safe.
    listen: ExposedListen = Field(  # pyright: ignore[reportIncompatibleVariableOverride]
        examples=[{"port": 8080, "traffic_policy": "Cluster"}]
    )
    """Where the container listens, and the port that every node keeps for it (E1)."""
    vip: VirtualServer = Field(examples=[{"address": "10.10.0.21", "port": 443}])
    """The virtual server: address and port stay what users know (E3, E5)."""
    udp: Datagrams | None = Field(default=None, examples=[{"port": 5060, "vip_port": 5060}])
    """UDP at the same address, with the same members and clients; with ``vip.port`` left out,
    nothing else: then ``listen`` is where load balancers and kubelets ask for the app's health."""
    logs: Logs | None = Field(default=None, examples=[{"filer": "filer-dmz", "size": "20Gi"}])
    """Files that it writes, kept on a filer (H1, H2)."""


ANSWER_WITHIN = 50
"""Seconds that HAProxy's ingress controller waits where nothing is said (``timeout server``)."""


class WebApp(HttpApp):
    """An app that people reach by host name, through the zone's router."""

    kind: Literal["web"]
    """``web``: reached from outside by host name, through the zone's router."""
    hosts: tuple[Host, ...] = Field(min_length=1, examples=[["quote.insurer.example"]])
    """The names that people reach it by; an app that only others of the cluster reach has none
    and is of kind: service."""
    paths: tuple[AbsolutePath, ...] = Field(default=("/",), min_length=1, examples=[["/api"]])
    """What is published, each with everything below it; what is not stays inside (E13)."""
    answer_within: int = Field(default=ANSWER_WITHIN, ge=1, le=3600, examples=[600])
    """Seconds that a router waits for the first or next byte of an answer; then the client gets
    504. A report that is computed for minutes needs more than the default."""
    stickiness: Literal["none", "cookie", "source"] = "none"
    """``cookie``: the router keeps a client on one pod by a cookie. ``source``: by its address,
    which the router must see (X7)."""


class ServiceApp(HttpApp):
    """An app that only other apps of the cluster reach."""

    kind: Literal["service"]
    """``service``: reached inside the cluster only."""
