"""Routers: what brings people's requests by host name to web apps, in shards (C5, E6, E10, E13)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.declare.models.addresses import Address, Cidr, Port
from estate.declare.models.amounts import Resources
from estate.declare.models.values import Model, Name, Owner


class PublishedPort(Model):
    """A port that people know, and the node port that every router node keeps for it."""

    port: Port = Field(examples=[80])
    """The port that people know."""
    node_port: Port = Field(examples=[30001])
    """The port that every node of the zone keeps for it; from the zone's band (E1)."""


class SecurePort(PublishedPort):
    """The same for TLS, which ends at the router."""

    certificate: Name = Field(examples=["harbour-wildcard"])
    """The TLS Secret in ``estate-ingress`` with certificate and key: who issues certificates puts
    it there, since no declaration holds a key."""


class Shard(Model):
    """Routers of their own for some tenants; one shard without tenants serves all others (C5)."""

    name: Name = Field(examples=["default"])
    """The shard's name; it is part of its Ingress class."""
    tenants: tuple[Name, ...] = Field(default=(), examples=[["brokers"]])
    """The tenants that it serves; none for the one shard that serves all who have no other."""
    replicas: int = Field(default=2, ge=2, le=20)
    """How many routers run; two or more, so that the shard survives the loss of a node."""
    size: Resources = Field(examples=[{"cpu": 1, "memory": "512Mi"}])
    """What one router gets."""
    address: Address = Field(examples=["10.10.0.24"])
    """The virtual address that people reach it by; from the VIP ranges of the zone."""
    http: PublishedPort = Field(examples=[{"port": 80, "node_port": 30001}])
    """Where it speaks HTTP; with ``https`` it only leads there."""
    https: SecurePort | None = Field(
        default=None, examples=[{"port": 443, "node_port": 30002, "certificate": "wildcard"}]
    )
    """Where it speaks TLS."""
    health_port: Port = Field(examples=[30003])
    """The node port that load balancers ask whether a node's router can serve (X3)."""
    snat: Literal["auto", "none"] = "auto"
    """``auto``: routers see the load balancer's own addresses. ``none``: they see the clients'."""
    clients: tuple[Cidr, ...] = Field(default=(), examples=[["10.30.0.0/16"]])
    """Who may connect; needed where routers see clients by their own address."""


class Routers(Model):
    """The zone's router shards, all on the nodes of the pool with the role ``router``."""

    owner: Owner = Field(examples=["platform@insurer.example"])
    """The mailbox of who answers for them."""
    shards: tuple[Shard, ...] = Field(
        min_length=1,
        examples=[
            [
                {
                    "name": "default",
                    "size": {"cpu": 1, "memory": "512Mi"},
                    "address": "10.10.0.24",
                    "http": {"port": 80, "node_port": 30001},
                    "health_port": 30003,
                }
            ]
        ],
    )
    """The shards; every tenant belongs to exactly one of them."""
