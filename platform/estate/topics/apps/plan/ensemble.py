"""A ZooKeeper ensemble: how its servers know each other, and the ports that they alone use (K3)."""

from __future__ import annotations

from estate.topics.apps.plan.model import AppPlan, PortPlan

QUORUM = PortPlan(number=2888, name="quorum", protocol="zookeeper.apache.org/quorum")
ELECTION = PortPlan(number=3888, name="election", protocol="zookeeper.apache.org/election")


def is_ensemble(plan: AppPlan) -> bool:
    """Whether the app is one."""
    return plan.stateful is not None and plan.stateful.preset == "zookeeper"


def peers_service(plan: AppPlan) -> str:
    """The Service by which replicas of a stateful app know each other, each by its own name."""
    return f"{plan.name}-peers"


def peer_ports(plan: AppPlan) -> tuple[PortPlan, ...]:
    """Ports that only the servers themselves use."""
    return (QUORUM, ELECTION) if is_ensemble(plan) else ()
