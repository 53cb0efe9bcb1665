"""Further containers of an app's pods: those that stay beside its own, those that run before it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from estate.reader.amounts import Resources
from estate.reader.values import Image, Name
from estate.topics.apps.declare.environment import Process
from estate.topics.apps.declare.health import AnyQuestion


class FurtherContainer(Process):
    """A container that sees the files and secrets of the app's own, at the same paths."""

    name: Name = Field(examples=["migrate"])
    """The container's name; unique in the app."""
    image: Image = Field(
        examples=[
            "life/migrate@sha256:facadefacadefacadefacadefacadefacadefacadefacade2fd1a95889960348"
        ]
    )
    """Path in the zone's registry, by digest."""
    base: Name | None = Field(default=None, examples=["base-java"])
    """Its base image, by a name of images.yaml."""
    size: Resources = Field(examples=[{"cpu": "100m", "memory": "128Mi"}])
    """CPU and memory that it requests and may use."""


class Sidecar(FurtherContainer):
    """It starts before the app's container, stays beside it, and ends after it."""

    ready: AnyQuestion | None = Field(default=None, examples=[{"port": 15021}])
    """What says that the pod can serve, beside the app's own answer; it names a port or a
    command."""
    alive: AnyQuestion | None = Field(default=None, examples=[{"command": ["/bin/alive"]}])
    """What says that it lives; it names a port or a command. The app's container starts once it
    does. Without it, only its own end starts it anew."""


Sidecars = Annotated[tuple[Sidecar, ...], Field(max_length=10)]
Before = Annotated[tuple[FurtherContainer, ...], Field(max_length=10)]
