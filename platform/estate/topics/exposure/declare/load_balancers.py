"""What stands in front of a zone's nodes: an F5, a pair of HAProxy hosts, MetalLB (E3, E9, E11)."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from estate.reader.addresses import Address, Cidr, Port
from estate.reader.amounts import Memory
from estate.reader.values import Interface, Model, Name
from estate.topics.network.declare.peers import AsNumber, BgpPeer, VirtualRouterId

PreemptDelay = Annotated[int, Field(ge=1, le=1000)]
"""Seconds; the range of keepalived's ``preempt_delay`` (man keepalived.conf)."""


class SnatPool(Model):
    """Addresses that a tenant's connections come from, in place of the self IPs."""

    tenant: Name = Field(examples=["life"])
    """The tenant whose virtual servers use it, or ``platform``."""
    addresses: tuple[Address, ...] = Field(min_length=1, examples=[["10.10.0.8"]])
    """Addresses of the BIG-IP for this tenant alone; each carries some 64,000 connections to a
    member."""


class F5(Model):
    """A BIG-IP."""

    kind: Literal["f5"]
    """``f5``: a BIG-IP, configured by an AS3 declaration."""
    name: Name = Field(examples=["f5-dmz"])
    """Its name."""
    self_addresses: tuple[Address, ...] = Field(min_length=1, examples=[["10.10.0.2"]])
    """The addresses it connects from (self IPs): what nodes see under source NAT."""
    vips: tuple[Cidr, ...] = Field(min_length=1, examples=[["10.10.0.16/28"]])
    """Where virtual addresses may be taken from."""
    snat_pools: tuple[SnatPool, ...] = Field(
        default=(), examples=[[{"tenant": "life", "addresses": ["10.10.0.8"]}]]
    )
    """For tenants whose connections firewalls tell apart, or who need more ports than self IPs
    have; all others come from the self IPs (automap)."""
    declaration_size: Memory | None = Field(default=None, examples=["25Mi"])
    """How large an AS3 declaration its team takes."""
    checks_per_second: int | None = Field(default=None, ge=1, examples=[200])
    """How many health checks a second its team grants this estate."""

    @property
    def sources(self) -> tuple[IPv4Address, ...]:
        """Where its monitors come from, and its connections where no pool is declared."""
        return self.self_addresses

    def snat_pool(self, partition: str) -> tuple[IPv4Address, ...]:
        """The addresses of the partition's pool; none where it has none."""
        pools = (
            snat_pool.addresses for snat_pool in self.snat_pools if snat_pool.tenant == partition
        )
        return next(pools, ())


class Syslog(Model):
    """The receiver of log lines, over UDP."""

    address: Address = Field(examples=["10.20.5.14"])
    """The server's address."""
    port: Port = 514
    """Its port."""


class PairHost(Model):
    """One host of a pair; the other one takes over its virtual addresses."""

    name: Name = Field(examples=["int-lb1"])
    """The host's name."""
    address: Address = Field(examples=["10.20.0.11"])
    """Its own address; it connects to members from there."""
    interface: Interface = Field(examples=["eth0"])
    """The interface that carries its own and the virtual addresses."""
    priority: int = Field(ge=1, le=254, examples=[110])
    """The host with the highest priority takes virtual addresses that no healthy host holds."""


class HAProxyPair(Model):
    """Hosts with HAProxy, among which keepalived moves the virtual addresses."""

    kind: Literal["haproxy"]
    """``haproxy``: hosts with HAProxy and keepalived."""
    name: Name = Field(examples=["lb-intranet"])
    """The pair's name."""
    hosts: tuple[PairHost, ...] = Field(
        min_length=2,
        examples=[
            [
                {"name": "lb1", "address": "10.20.0.11", "interface": "eth0", "priority": 110},
                {"name": "lb2", "address": "10.20.0.12", "interface": "eth0", "priority": 100},
            ]
        ],
    )
    """Its hosts: two, or more."""
    segment: Cidr = Field(examples=["10.20.0.0/24"])
    """The layer 2 segment that hosts and virtual addresses stand in."""
    virtual_router: VirtualRouterId = Field(examples=[51])
    """The VRRP number (VRID) by which its hosts know each other; once in its segment."""
    taken_virtual_routers: tuple[VirtualRouterId, ...] = Field(default=(), examples=[[1, 2]])
    """Numbers that other teams' devices use in the segment."""
    preempt_delay: PreemptDelay | None = Field(default=None, examples=[300])
    """Seconds after which a host that comes back takes the addresses from one with a lower
    priority; without it, never: all connections would be cut a second time."""
    vips: tuple[Cidr, ...] = Field(min_length=1, examples=[["10.20.0.32/28"]])
    """Where virtual addresses may be taken from."""
    syslog: Syslog | None = Field(default=None, examples=[{"address": "10.20.5.14"}])
    """Where HAProxy logs each connection; without it, the host's own syslog daemon."""
    checks_per_second: int | None = Field(default=None, ge=1, examples=[200])
    """How many health checks a second its team grants this estate."""

    @property
    def sources(self) -> tuple[IPv4Address, ...]:
        """Where its connections and its health checks come from."""
        return tuple(host.address for host in self.hosts)


class MetalLB(Model):
    """The nodes themselves: MetalLB, which stands in the cluster already."""

    kind: Literal["metallb"]
    """``metallb``: nodes answer for virtual addresses themselves, by MetalLB."""
    name: Name = Field(examples=["metallb-dmz"])
    """Its name."""
    mode: Literal["layer2", "bgp"] = Field(examples=["layer2"])
    """``layer2``: one node answers for an address in its segment, another once that is lost.
    ``bgp``: nodes announce it to routers, which spread connections."""
    vips: tuple[Cidr, ...] = Field(min_length=1, examples=[["10.10.0.16/28"]])
    """Where virtual addresses may be taken from."""
    namespace: Name = Field(default="metallb-system", examples=["metallb-system"])
    """Where MetalLB runs: it reads its resources there and nowhere else."""
    as_number: AsNumber | None = Field(default=None, examples=[64513])
    """The nodes' autonomous system; needed with ``mode: bgp``."""
    peers: tuple[BgpPeer, ...] = Field(
        default=(), examples=[[{"name": "core-a", "address": "10.10.1.1", "as_number": 64512}]]
    )
    """The routers that nodes tell; needed with ``mode: bgp``."""

    @property
    def sources(self) -> tuple[IPv4Address, ...]:
        """None: clients connect to nodes by their own address."""
        return ()


LoadBalancer = Annotated[F5 | HAProxyPair | MetalLB, Field(discriminator="kind")]
"""What stands in front of a zone's nodes."""
