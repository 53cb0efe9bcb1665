"""NFS filers: what people write about them."""

from __future__ import annotations

from pydantic import Field

from estate.reader.addresses import Address
from estate.reader.values import AbsolutePath, Model, Name


class NfsFiler(Model):
    """A filer with the files of traditional apps."""

    name: Name = Field(examples=["filer-dmz"])
    """The name by which apps ask for it."""
    address: Address = Field(examples=["10.10.3.10"])
    """Its address."""
    export: AbsolutePath = Field(examples=["/exports/dmz"])
    """The exported directory that the apps' directories stand in."""
