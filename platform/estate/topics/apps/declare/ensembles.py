"""Ensembles of registries for RPC apps: what people write about them."""

from __future__ import annotations

from pydantic import Field

from estate.reader.addresses import Address, Port
from estate.reader.values import Model, Name


class Server(Model):
    """A server and its port."""

    address: Address = Field(examples=["10.20.9.31"])
    """Its address."""
    port: Port = Field(examples=[2181])
    """Its port."""


class Ensemble(Model):
    """A ZooKeeper ensemble on machines in this zone, and the tenants that may ask it."""

    name: Name = Field(examples=["zk-machines"])
    """The name by which apps ask for it."""
    servers: tuple[Server, ...] = Field(
        min_length=1, examples=[[{"address": "10.20.9.31", "port": 2181}]]
    )
    """Its servers."""
    tenants: tuple[Name, ...] = Field(min_length=1, examples=[["life"]])
    """The tenants whose apps may use it."""
