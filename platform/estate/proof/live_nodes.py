"""What a cluster says of its nodes, as far as the estate asks."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic import BaseModel, Field

_BINARY = {
    suffix: Decimal(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi"), 1)
}
_DECIMAL = {suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTP", 1)}
_SUFFIXES = {"": Decimal(1), "m": Decimal(1) / 1000, **_BINARY, **_DECIMAL}


def quantity(text: str) -> Decimal:
    """A Kubernetes quantity as a number. Raises ValueError for what is none."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([a-zA-Z]{0,2})", text)
    if match is None or match[2] not in _SUFFIXES:
        raise ValueError(f"'{text}' is not a quantity")
    return Decimal(match[1]) * _SUFFIXES[match[2]]


class Metadata(BaseModel):
    """Name and labels."""

    name: str
    labels: dict[str, str] = Field(default_factory=dict[str, str])


class LiveTaint(BaseModel):
    """A taint, its value empty where it has none."""

    key: str
    value: str = ""
    effect: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}:{self.effect}"


class Spec(BaseModel):
    """What repels pods."""

    taints: tuple[LiveTaint, ...] = ()


class NodeAddress(BaseModel):
    """One of a node's addresses."""

    type: str
    address: str


class Status(BaseModel):
    """Addresses, and what is left for pods, as Kubernetes quantities."""

    addresses: tuple[NodeAddress, ...] = ()
    allocatable: dict[str, str] = Field(default_factory=dict[str, str])


class LiveNode(BaseModel):
    """A Node object."""

    metadata: Metadata
    spec: Spec = Spec()
    status: Status = Status()


class LiveNodes(BaseModel):
    """What ``kubectl get nodes -o json`` prints."""

    items: tuple[LiveNode, ...]
