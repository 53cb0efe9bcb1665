"""What stands in front of a zone's nodes: an F5, or a pair of HAProxy hosts (E3, E11)."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from estate.declare.models.addresses import Address, Cidr, Port
from estate.declare.models.values import Interface, Model, Name

VirtualRouterId = Annotated[int, Field(ge=1, le=255)]
"""A VRRP virtual router's number (VRID)."""


class F5(Model):
    """A BIG-IP (E3)."""

    kind: Literal["f5"]
    """``f5``: a BIG-IP, told by an AS3 declaration."""
    name: Name = Field(examples=["f5-dmz"])
    """Its name."""
    self_addresses: tuple[Address, ...] = Field(min_length=1, examples=[["10.10.0.2"]])
    """The addresses it connects from (self IPs): what nodes see under source NAT."""
    vips: tuple[Cidr, ...] = Field(min_length=1, examples=[["10.10.0.16/28"]])
    """Where virtual addresses may be taken from."""

    @property
    def sources(self) -> tuple[IPv4Address, ...]:
        """Where its connections and its monitors come from."""
        return self.self_addresses


class Syslog(Model):
    """Where log lines are sent to, over UDP."""

    address: Address = Field(examples=["10.20.5.14"])
    """The server's address."""
    port: Port = 514
    """Its port."""


class PairHost(Model):
    """One host of a pair; the other takes its virtual addresses over."""

    name: Name = Field(examples=["int-lb1"])
    """The host's name."""
    address: Address = Field(examples=["10.20.0.11"])
    """Its own address; it connects to members from there."""
    interface: Interface = Field(examples=["eth0"])
    """The interface that carries its own and the virtual addresses."""
    priority: int = Field(ge=1, le=254, examples=[110])
    """Among those that are well, the host with the highest one holds the virtual addresses."""


class HAProxyPair(Model):
    """Hosts with HAProxy, among which keepalived moves the virtual addresses (E11)."""

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
    vips: tuple[Cidr, ...] = Field(min_length=1, examples=[["10.20.0.32/28"]])
    """Where virtual addresses may be taken from."""
    syslog: Syslog | None = Field(default=None, examples=[{"address": "10.20.5.14"}])
    """Where HAProxy logs each connection; without it, the host's own syslog daemon."""

    @property
    def sources(self) -> tuple[IPv4Address, ...]:
        """Where its connections and its health checks come from."""
        return tuple(host.address for host in self.hosts)


LoadBalancer = Annotated[F5 | HAProxyPair, Field(discriminator="kind")]
"""What stands in front of a zone's nodes."""
