"""The cluster: what people write about it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Address, Port
from estate.reader.values import Line, Model, Name, Uid, Version, Zone


class ApiServer(Model):
    """The virtual address in front of the masters."""

    address: Address = Field(examples=["10.10.0.5"])
    """The address that nodes and administrators reach the API servers by."""
    port: Port = 6443
    """Its port."""


class Cluster(Model):
    """Which cluster this is, and how the program recognises it."""

    zone: Zone = Field(examples=["dmz"])
    """The zone that it serves; the same as in the file's name."""
    name: Name = Field(examples=["dmz"])
    """The value of the label ``estate/cluster`` on the cluster's ``kube-system`` namespace."""
    context: Line = Field(min_length=1, max_length=253, examples=["dmz"])
    """The kubeconfig context that `pulumi up` uses."""
    uid: Uid | None = Field(default=None, examples=["0b9c1f2e-8a51-4c50-9d0e-3f5f6f1c7a11"])
    """UID of ``kube-system``, once recorded: a cluster rebuilt under the same name is refused."""
    distribution: Literal["kubernetes"] = Field(examples=["kubernetes"])
    """What kind of Kubernetes it is."""
    version: Version = Field(examples=["1.36"])
    """Kubernetes' version, two numbers in quotes."""
    api_server: ApiServer = Field(examples=[{"address": "10.10.0.5"}])
    """The virtual address in front of the masters."""
