"""Databases on VMs: what people write about them."""

from __future__ import annotations

from pydantic import Field

from estate.reader.addresses import Address, Port
from estate.reader.values import Model, Name


class Database(Model):
    """A database on virtual machines in this zone, and the tenants that may ask for it."""

    name: Name = Field(examples=["policydb"])
    """The name by which apps ask for it; unique over both zones."""
    address: Address = Field(examples=["10.20.9.10"])
    """Its server's address."""
    port: Port = Field(examples=[1521])
    """Its port."""
    tenants: tuple[Name, ...] = Field(min_length=1, examples=[["life"]])
    """The tenants whose apps may use it."""
