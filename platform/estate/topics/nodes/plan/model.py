"""Pools: nodes that are alike, what they can carry, and who is placed on them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from estate.reader.values import Zone
from estate.topics.nodes.declare import PoolKeepalived, Role

RACK_LABEL = "topology.kubernetes.io/zone"
"""Replicas spread over its values; a kubelet may register it."""


@dataclass(frozen=True, kw_only=True)
class Amount:
    """CPU (millicores), memory (bytes) and, where it counts, pods."""

    cpu: int = 0
    memory: int = 0
    pods: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            cpu=self.cpu + other.cpu,
            memory=self.memory + other.memory,
            pods=self.pods + other.pods,
        )

    def times(self, count: int) -> Amount:
        """``count`` of these."""
        return Amount(cpu=self.cpu * count, memory=self.memory * count, pods=self.pods * count)

    def fits(self, room: Amount) -> bool:
        """Whether ``room`` has at least this much of each."""
        return self.cpu <= room.cpu and self.memory <= room.memory and self.pods <= room.pods

    def __sub__(self, other: Amount) -> Amount:
        return self + other.times(-1)


@dataclass(frozen=True, kw_only=True)
class Taint:
    """A taint as the kubelet registers it (D2)."""

    key: str
    value: str
    effect: Literal["NoSchedule"]


@dataclass(frozen=True, kw_only=True)
class NodePlan:
    """A node as it registers, and what it has left for pods (I5)."""

    name: str
    address: IPv4Address
    rack: str
    size: str
    capacity: Amount
    reserved: Amount
    allocatable: Amount
    daemon_sets: Amount
    """What the platform's daemon sets take of it, their pods included."""

    @property
    def room(self) -> Amount:
        """What apps can have of it (X4)."""
        return self.allocatable - self.daemon_sets


@dataclass(frozen=True, kw_only=True)
class PoolPlan:
    """A pool, its nodes, the label that attracts and the taint that repels (C6, D2, D5)."""

    name: str
    zone: Zone
    tenant: str | None
    app: str | None
    role: Role | None
    """What the platform uses it for; None where apps run."""
    labels: tuple[tuple[str, str], ...] = ()
    """What its nodes carry beside the pool's own label."""
    nodes: tuple[NodePlan, ...]
    taints: tuple[Taint, ...]
    keepalived: PoolKeepalived | None = None
    """Virtual addresses that move between its nodes (E4)."""

    @property
    def room(self) -> Amount:
        """What apps can have of all nodes together."""
        return sum((node.room for node in self.nodes), Amount())


@dataclass(frozen=True, kw_only=True)
class ServicePlacement:
    """Where a service of the platform's own runs: in its role's namespace, on its role's pool."""

    zone: Zone
    namespace: str
    pool: str
    taints: tuple[Taint, ...]
    """What keeps others from the pool; the service's pods tolerate them."""


MASTERS = "masters"
"""What the masters are called where pools and pairs have a name; neither may have it."""
