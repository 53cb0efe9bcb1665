"""A service mesh, where a namespace opts in (K5).

Further requirements: X16.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.values import Model


class Mesh(Model):
    """The zone's Istio for the pods of a namespace."""

    mode: Literal["ambient", "sidecar"] = Field(examples=["ambient"])
    """``ambient``: the node's own proxy carries their connections. ``sidecar``: one in each pod,
    which is refused here."""
    mtls: Literal["permissive", "strict"] = Field(examples=["permissive"])
    """``permissive``: plain connections are accepted, too. ``strict``: only those of the mesh."""
