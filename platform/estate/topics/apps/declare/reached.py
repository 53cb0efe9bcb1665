"""Apps that speak HTTP, by who reaches them: users by address, by host name, or other apps.

Requirements: E1, E2, E3, E3b, E3c, E5, E7, E13, H1, H2, J4, X7.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, Cidr, Host, Port
from estate.reader.amounts import Memory
from estate.reader.url_paths import PublishedPath
from estate.reader.values import AbsolutePath, BigIpPath, FilePattern, Model, Name, Zone
from estate.topics.apps.declare.common import ElasticApp, Listen
from estate.topics.apps.declare.health import AnyHealth


class ExposedListen(Listen):
    """The container's port and the node port."""

    node_port: Port | None = Field(default=None, examples=[30010])
    """The app's node port, as in the register; optional."""
    traffic_policy: Literal["Cluster", "Local"] = Field(examples=["Cluster"])
    """``Cluster``: any node forwards, pods see node addresses. ``Local``: only nodes with a pod
    answer, pods see clients' addresses."""
    tls: bool = False
    """Whether the app itself ends TLS at this port: then load balancers and kubelets check its
    health over HTTPS, without verifying its certificate."""


class Tls(Model):
    """A certificate on the load balancer, by its name."""

    client_profile: BigIpPath | None = Field(default=None, examples=["/Common/portal"])
    """On an F5: the client SSL profile."""
    certificate: AbsolutePath | None = Field(
        default=None, examples=["/etc/haproxy/certificates/portal.pem"]
    )
    """On a pair of HAProxy hosts: the file with certificate, chain and key."""


class VirtualServer(Model):
    """The virtual server: users keep its address and port."""

    address: Address = Field(examples=["10.10.0.21"])
    """The users' address; from the VIP ranges of the zone's load balancer."""
    port: Port | None = Field(default=None, examples=[443])
    """The users' TCP port; omitted for datagrams only (``udp``)."""
    names: tuple[Host, ...] = Field(default=(), examples=[["portal.insurer.example"]])
    """The names of the address, in the zone's domains."""
    members: Literal["all", "pool"] = "all"
    """Every node of the zone, or the nodes of the app's own pool."""
    interval: int = Field(default=5, ge=5, le=60)
    """Seconds between two health checks of a member by the load balancer. Three failed checks take
    a member out."""
    protocol: Literal["tcp", "http"] = "tcp"
    """``tcp``: bytes pass through. ``http``: the load balancer reads requests, as it must to end
    TLS and to set cookies."""
    tls: Tls | None = Field(default=None, examples=[{"client_profile": "/Common/portal"}])
    """Ends TLS at the load balancer, with a certificate that is installed there."""
    stickiness: Literal["none", "source", "cookie"] = "none"
    """``source``: a client stays with one node, by its address; ``cookie``: by a cookie that the
    load balancer sets. Both need ``traffic_policy: Local``."""
    snat: Literal["auto", "none"] = "auto"
    """``auto``: nodes see the load balancer's own addresses. ``none``: they see the clients'."""
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.30.0.0/16"]])
    """The ranges of clients; required if pods see clients' addresses."""
    proxy_protocol: bool = False
    """Whether each connection to the app begins with the client's address (PROXY protocol,
    version 2), which the app must expect; only where the zone has a pair of HAProxy hosts."""


class Datagrams(Model):
    """UDP, at the same virtual address: beside what the app answers over TCP, by which load
    balancers and kubelets know whether it can serve."""

    port: Port = Field(examples=[5060])
    """The UDP port that the container listens on."""
    vip_port: Port = Field(examples=[5060])
    """The UDP port for users; it may have the number of a TCP port."""
    node_port: Port | None = Field(default=None, examples=[30010])
    """The app's UDP node port, as in the register; optional."""


class Logs(Model):
    """Files that the app writes to a filer, in separate directories for each pod."""

    filer: Name = Field(examples=["filer-dmz"])
    """The filer that keeps them, as the zone's stack file names it."""
    size: Memory = Field(examples=["20Gi"])
    """The most that the app may store there."""
    middleware: AbsolutePath = Field(default="/var/log/middleware", examples=["/opt/was/logs"])
    """The directory of the middleware's logs."""
    dump: AbsolutePath = Field(default="/var/log/dump", examples=["/opt/was/dumps"])
    """Where dumps are written; a JVM gets the path in ``JAVA_TOOL_OPTIONS``."""
    application: AbsolutePath = Field(default="/var/log/app", examples=["/opt/claims/logs"])
    """The directory of the application's logs."""
    collect: FilePattern | None = Field(default=None, examples=["server*.log"])
    """Which files of middleware and application go to the tenant's log stream as well, line by
    line; dumps never do. The zone needs ``estate:logging``, and each pod a little more."""
    keep_days: int = Field(default=90, ge=1, le=3650)
    """Days until the filer team deletes files; the cluster does not delete them."""


class HttpApp(ElasticApp):
    """What every app declares that speaks HTTP."""

    health: AnyHealth = Field(examples=["/healthz"])
    """How kubelets and load balancers ask whether a replica can serve: an HTTP path that answers
    200, ``tcp``, ``grpc``, or a mapping of ``ready`` and ``alive``."""


class PublishedApp(HttpApp):
    """What every app declares that has an address outside its cluster."""

    serves_zones: tuple[Zone, ...] = Field(default=(), examples=[["dmz"]])
    """The other zone, if apps there may connect to it: they come by its virtual address, or its
    routers', like users. Tenants need consent as within the zone: ``serves``."""


class TraditionalApp(PublishedApp):
    """An app moved from virtual machines: node port, virtual server, log files."""

    kind: Literal["traditional"]
    """``traditional``: reached from outside over a node port and the load balancer."""
    # Frozen, so a narrower type of it is safe.
    listen: ExposedListen = Field(  # pyright: ignore[reportIncompatibleVariableOverride]
        examples=[{"port": 8080, "traffic_policy": "Cluster"}]
    )
    """The container's port and the node port."""
    vip: VirtualServer = Field(examples=[{"address": "10.10.0.21", "port": 443}])
    """The virtual server: users keep its address and port."""
    udp: Datagrams | None = Field(default=None, examples=[{"port": 5060, "vip_port": 5060}])
    """UDP at the same address, with the same members and clients; with ``vip.port`` left out,
    nothing else: then ``listen`` is where load balancers and kubelets ask for the app's health."""
    logs: Logs | None = Field(default=None, examples=[{"filer": "filer-dmz", "size": "20Gi"}])
    """Files that it writes, kept on a filer."""


ANSWER_WITHIN = 50
"""Seconds that HAProxy's ingress controller waits where nothing is said (``timeout server``)."""


class WebApp(PublishedApp):
    """An app with host names, published by the zone's routers."""

    kind: Literal["web"]
    """``web``: reached from outside by host name, through the zone's router."""
    hosts: tuple[Host, ...] = Field(min_length=1, examples=[["quote.insurer.example"]])
    """The names that people reach it by; an app that only others of the cluster reach has none
    and is of kind: service."""
    paths: tuple[PublishedPath, ...] = Field(default=("/",), min_length=1, examples=[["/api"]])
    """The published paths, each with everything below it; other paths are not published."""
    answer_within: int = Field(default=ANSWER_WITHIN, ge=1, le=3600, examples=[600])
    """Seconds that a router waits for the first or next byte of an answer; then the client gets
    504. A report that is computed for minutes needs more than the default."""
    stickiness: Literal["none", "cookie", "source"] = "none"
    """``cookie``: the router keeps a client on one pod by a cookie. ``source``: by its address,
    which the router must see."""


class ServiceApp(HttpApp):
    """An app that only other apps of the cluster reach."""

    kind: Literal["service"]
    """``service``: reached inside the cluster only."""
