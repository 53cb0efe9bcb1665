"""Where a company builds: GitLab, Jenkins and their like, which other teams run (L1, L4)."""

from __future__ import annotations

from pydantic import Field

from estate.reader.addresses import Address, Port
from estate.reader.values import Model, Name


class DeliveryService(Model):
    """A system outside the cluster that apps may connect to; where it runs is not our matter."""

    name: Name = Field(examples=["gitlab"])
    """The name by which apps ask for it, and find it in their namespace."""
    address: Address = Field(examples=["10.20.9.40"])
    """Its address, as this zone sees it."""
    port: Port = 443
    """Its port."""
    tenants: tuple[Name, ...] = Field(min_length=1, examples=[["motor"]])
    """The tenants whose apps may use it."""
