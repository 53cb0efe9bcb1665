"""Apps whose replicas are not alike: each keeps its own volumes and its own name (K3, M3)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.amounts import Memory
from estate.reader.identifiers import Protocol
from estate.reader.values import AbsolutePath, Model, Name
from estate.topics.apps.declare.common import Listen, ServingApp


class Volume(Model):
    """A volume of each replica, which exists as long as the app is declared."""

    name: Name = Field(examples=["data"])
    """The volume's name."""
    size: Memory = Field(examples=["20Gi"])
    """How much each replica asks for, once: a larger one is another volume, of another name."""
    backend: Name = Field(examples=["local-ssd"])
    """Its storage: one of the zone's estate:storage."""
    path: AbsolutePath = Field(examples=["/data"])
    """Its path in the container."""


class StatefulListen(Listen):
    """The container's port and its protocol."""

    protocol: Protocol = "tcp"
    """The protocol, as IANA registers it, such as amqp; ``tcp`` where it has no name."""


class StatefulApp(ServingApp):
    """An app that keeps data: a store, a queue, a registry."""

    kind: Literal["stateful"]
    """``stateful``: keeps data on volumes of its own; reached inside the cluster only."""
    listen: StatefulListen = Field(  # pyright: ignore[reportIncompatibleVariableOverride]
        examples=[{"port": 5672, "protocol": "amqp"}]
    )
    """Where the container listens."""
    volumes: tuple[Volume, ...] = Field(
        min_length=1,
        examples=[[{"name": "data", "size": "20Gi", "backend": "local-ssd", "path": "/data"}]],
    )
    """The volumes of each replica."""
    start: Literal["ordered", "parallel"] = "ordered"
    """Whether replicas start one after the other or all at once."""
    preset: Literal["zookeeper"] | None = Field(default=None, examples=["zookeeper"])
    """``zookeeper``: a configured ensemble of Apache's image; the first volume holds
    its data."""
