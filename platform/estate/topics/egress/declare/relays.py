"""How a zone's apps reach servers behind a firewall by few, known addresses (F3)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, Port
from estate.reader.values import Model, Name


class Relay(Model):
    """What the zone's relays take connections for: a database, or an app of the other zone."""

    database: Name | None = Field(default=None, examples=["claimdb"])
    """The database's name, as a stack file declares it."""
    app: Name | None = Field(default=None, examples=["rating"])
    """In place of a database: the name of an app of the other zone."""
    port: Port = Field(examples=[15432])
    """The relays' port for it: unique, from 1024 on, and fixed."""


class Egress(Model):
    """The zone's way to servers that see few, known addresses, whatever nodes apps run on."""

    relays: tuple[Relay, ...] = Field(
        default=(), examples=[[{"database": "claimdb", "port": 15432}]]
    )
    """The databases that relays on the nodes of role egress take connections for; their servers
    see these nodes. With pod_egress_identity: node."""
    size: Literal["S", "M", "L"] = "S"
    """How much each relay gets: ``S`` for 2,000 connections, ``M`` for 8,000, ``L`` for 20,000."""
    addresses: tuple[Address, ...] = Field(default=(), examples=[["10.10.1.201", "10.10.1.202"]])
    """The addresses that servers see, two or more of the nodes' range that are no node's. With
    pod_egress_identity: egress."""
