"""A cluster that answers as its stack declares, for tests that change one fact of it."""

from __future__ import annotations

from typing import Any

from estate.composition import Composition
from estate.plan import Plan
from estate.proof.doctor.live import LiveCluster, Service
from estate.proof.doctor.objects import kinds_of
from estate.proof.live_nodes import LiveNodes
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.plan import NodesPlan

POOL = "node-restriction.kubernetes.io/pool"
RACK = "topology.kubernetes.io/zone"
Node = dict[str, Any]


def live(plan: Plan) -> dict[str, Node]:
    """The inventory as kubelets would have registered it, by name."""
    return {
        node.name: {
            "metadata": {"name": node.name, "labels": {POOL: pool.name, RACK: node.rack}},
            "spec": {
                "taints": [
                    {"key": taint.key, "value": taint.value, "effect": taint.effect}
                    for taint in pool.taints
                ]
            },
            "status": {
                "addresses": [{"type": "InternalIP", "address": str(node.address)}],
                "allocatable": {
                    "cpu": f"{node.allocatable.cpu}m",
                    "memory": f"{node.allocatable.memory // 1024}Ki",
                    "pods": "110",
                },
            },
        }
        for pool in plan.of(NodesPlan).pools
        for node in pool.nodes
    }


def _has_metrics(plan: Plan) -> bool:
    monitoring = plan.find(MonitoringPlan)
    return monitoring is not None and not monitoring.serves_resource_metrics


def as_declared(composition: Composition) -> LiveCluster:
    """Before the first `pulumi up`, with everything that has to be there."""
    plan = composition.plan
    cluster = plan.of(ControlPlanePlan).cluster
    services = plan.of(NetworkPlan).network.services
    return LiveCluster(
        version=f"v{cluster.version}.3",
        labels={"estate/cluster": cluster.name},
        uid="0b9c1f2e-8a51-4c50-9d0e-3f5f6f1c7a11",
        nodes=LiveNodes.model_validate({"items": [*live(plan).values()]}).items,
        services=(
            Service(namespace="default", name="kubernetes", address=str(services[1])),
            Service(namespace="kube-system", name="kube-dns", address=str(services[10])),
        ),
        daemon_sets=frozenset({"calico-node", "kube-proxy"}),
        kube_proxy=f"mode: {plan.of(NetworkPlan).data_plane}\n",
        resource_metrics="kube-system/metrics-server" if _has_metrics(plan) else "",
        served={version: frozenset(kinds) for version, kinds in kinds_of(composition).items()},
    )
