"""Exposure: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.exposure.declare.load_balancers import HAProxyPair, LoadBalancer
from estate.topics.exposure.plan.access_logs import LogIntakePlan
from estate.topics.exposure.plan.model import MetalLBPlan, VirtualServerPlan


@dataclass(frozen=True, kw_only=True)
class ExposurePlan:
    """What stands in front of one zone's nodes."""

    load_balancer: LoadBalancer
    """What carries the virtual servers."""
    platform_load_balancer: HAProxyPair | None
    """What carries those of the partition ``platform`` instead."""
    masters_pair: HAProxyPair | None
    """The masters as hosts of HAProxy and keepalived; None where they are not."""
    metallb: MetalLBPlan | None
    """None where something else stands in front of the nodes, or no app is exposed."""
    log_intake: LogIntakePlan | None
    """Where load balancers send their access logs; None where none does."""


@dataclass(frozen=True, kw_only=True)
class VirtualServersPlan:
    """Everything that people reach by an address of one zone."""

    virtual_servers: tuple[VirtualServerPlan, ...]
    """By partition and name."""
