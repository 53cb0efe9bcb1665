"""How often load balancers ask an app for its health: members, askers and the interval (X3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from estate.topics.exposure.plan.model import Exposure, VirtualServerPlan

OFTEN = 10
"""Questions a second to one pod, by load balancers alone, from which on fewer are proposed. The
number is ours: beside them a kubelet asks once in five seconds."""


@dataclass(frozen=True, kw_only=True)
class HealthLoad:
    """What the monitors of one virtual server ask."""

    members: int
    askers: int
    """Addresses that ask each member: units of a BIG-IP, hosts of a pair."""
    interval: int
    """Seconds between two questions to one member."""
    answering: int
    """Members whose questions reach a pod."""

    @property
    def questions(self) -> float:
        """A second, to all members."""
        return self.members * self.askers / self.interval

    @property
    def answers(self) -> float:
        """A second, that pods give."""
        return self.answering * self.askers / self.interval


def health_loads(exposure: Exposure, askers: int, replicas: int) -> tuple[HealthLoad, ...]:
    """Of each virtual server; none where nobody asks (MetalLB)."""
    if exposure.by_metallb or not askers:
        return ()
    return tuple(
        _load(exposure, virtual_server, askers, replicas)
        for virtual_server in exposure.virtual_servers
    )


def _load(exposure: Exposure, server: VirtualServerPlan, askers: int, replicas: int) -> HealthLoad:
    members = len(server.members)
    local = exposure.traffic_policy == "Local"
    return HealthLoad(
        members=members,
        askers=askers,
        interval=server.monitor.interval,
        answering=min(members, replicas) if local else members,
    )


def for_a_pod(loads: Iterable[HealthLoad], replicas: int) -> float:
    """Questions a second that one of ``replicas`` pods answers, on average."""
    return sum(load.answers for load in loads) / replicas
