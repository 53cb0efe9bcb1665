"""Numbers of routers and peers: AS numbers, BGP peers and virtual routers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from estate.reader.addresses import Address
from estate.reader.values import Model, Name

VirtualRouterId = Annotated[int, Field(ge=1, le=255)]
"""A VRRP virtual router's number (VRID)."""


AsNumber = Annotated[int, Field(ge=1, le=4_294_967_295)]
"""The number of an autonomous system."""


class BgpPeer(Model):
    """A router that nodes tell by BGP which virtual addresses they take."""

    name: Name = Field(examples=["core-a"])
    """Its name."""
    address: Address = Field(examples=["10.10.1.1"])
    """Its address, as nodes reach it."""
    as_number: AsNumber = Field(examples=[64512])
    """Its autonomous system."""
