"""What a cluster says of its nodes, as far as the estate asks."""

from __future__ import annotations

from pydantic import BaseModel, Field


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
