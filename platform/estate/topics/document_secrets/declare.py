"""Where secrets come from that must exist before the cluster does (X11)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from estate.reader.values import AbsolutePath, Model, VariablePrefix


class BootstrapFiles(Model):
    """A folder that holds each secret in a file of its own."""

    kind: Literal["files"]
    """``files``: a folder that is readable where `estate handover` runs."""
    directory: AbsolutePath = Field(examples=["/run/estate/bootstrap"])
    """The folder; a file's name is its secret's. A line end at the end is not part of it."""


class BootstrapEnvironment(Model):
    """An environment variable for each secret."""

    kind: Literal["environment"]
    """``environment``: variables of the process that runs `estate handover`."""
    prefix: VariablePrefix = Field(examples=["ESTATE_DMZ_"])
    """What each variable begins with; the secret's name follows in capitals, ``_`` for ``-``."""


Bootstrap = Annotated[BootstrapFiles | BootstrapEnvironment, Field(discriminator="kind")]
"""The source of secrets that must exist before the cluster."""
