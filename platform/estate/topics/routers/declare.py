"""Routers: what brings people's requests by host name to web apps, in shards (C5, E6, E10, E13)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, Cidr, Port
from estate.reader.values import Model, Name, Owner


class Secure(Model):
    """TLS, which ends at the router."""

    port: Port = 443
    """The users' port."""
    certificate: Name = Field(examples=["harbour-wildcard"])
    """The TLS Secret in ``estate-ingress`` with certificate and key: who issues certificates puts
    it there, since no declaration holds a key."""


class Shard(Model):
    """Routers of their own for some tenants; one shard without tenants serves all others."""

    name: Name = Field(examples=["default"])
    """The shard's name; it is part of its class."""
    api: Literal["ingress", "gateway"] = "ingress"
    """Which objects say what it publishes: ``ingress`` Ingresses, ``gateway`` those of the Gateway
    API, whose definitions the cluster has to know; what apps declare is the same."""
    tenants: tuple[Name, ...] = Field(default=(), examples=[["brokers"]])
    """The tenants that it serves; none for the one shard that serves all who have no other."""
    replicas: int = Field(default=2, ge=2, le=20)
    """How many routers run; two or more, so that the shard survives the loss of a node."""
    size: Literal["S", "M", "L"] = Field(examples=["M"])
    """The requests of one router: ``S`` half a core, ``M`` one, ``L`` two, each core a thread."""
    address: Address = Field(examples=["10.10.0.24"])
    """The virtual address for users; from the VIP ranges of the zone."""
    http_port: Port = 80
    """The users' port for HTTP; with ``https`` it only redirects there."""
    https: Secure | None = Field(default=None, examples=[{"certificate": "harbour-wildcard"}])
    """TLS at the routers."""
    snat: Literal["auto", "none"] = "auto"
    """``auto``: routers see the load balancer's own addresses. ``none``: they see the clients'."""
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.30.0.0/16"]])
    """The ranges of clients; required if routers see clients' addresses."""

    @property
    def known_ports(self) -> tuple[int, ...]:
        """The ports of its address that people know."""
        return (self.http_port, *((self.https.port,) if self.https else ()))


class Routers(Model):
    """The zone's router shards, all on the nodes of the pool with the role ``router``."""

    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of their owner."""
    shards: tuple[Shard, ...] = Field(
        min_length=1,
        examples=[
            [
                {
                    "name": "default",
                    "size": "M",
                    "address": "10.10.0.24",
                }
            ]
        ],
    )
    """The shards; every tenant belongs to exactly one of them."""

    def shard_of(self, tenant: str) -> Shard | None:
        """The shard that serves a tenant: its own, or the one of all who have none."""
        named = (shard for shard in self.shards if tenant in shard.tenants)
        default = (shard for shard in self.shards if not shard.tenants)
        return next(named, None) or next(default, None)
