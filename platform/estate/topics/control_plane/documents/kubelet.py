"""Kubelet configuration of a node before it joins (B7, D2, I5).

Taints are part of how a node registers: a node that got them later would have taken anybody's
pods in between, and a program that owned the list would fight the taints that Kubernetes sets
itself (D2). Reserves are the same numbers from which the plan computes what is left for pods.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from estate.documents.document import Document, Row, csv_text
from estate.objects.pod import STOP_SECONDS
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.nodes.plan.model import MASTERS, NodePlan, PoolPlan
from estate.topics.nodes.plan.pools import EVICTION_MEMORY

NODE_COLUMNS = ("node", "address", "rack", "pool", "size", "file")

LIMITS: dict[str, object] = {
    # One owner of control groups, as containerd's file has it.
    "cgroupDriver": "systemd",
    # The kernel's parameters are nodes/sysctl.conf's; a kubelet would change them silently
    # (CIS Kubernetes Benchmark, 4.2.6).
    "protectKernelDefaults": True,
    # A pod that forks without end takes no process number from others. OpenShift's default
    # (docs.openshift.com, "Process ID limits"): enough for a Java server with its threads.
    "podPidsLimit": 4096,
    # Every emitted pod has STOP_SECONDS to stop: ordinary ones first, then as long for those that
    # they need (kubernetes.io, "Node Shutdowns").
    "shutdownGracePeriod": f"{2 * STOP_SECONDS}s",
    "shutdownGracePeriodCriticalPods": f"{STOP_SECONDS}s",
    # The defaults, 85 and 80, begin where evictionHard already evicts (imagefs.available 15%).
    "imageGCHighThresholdPercent": 75,
    "imageGCLowThresholdPercent": 65,
}
"""Of every kubelet, with what decided each."""

_HEADER = """\
# Kubelet settings of the nodes of pool '{pool}', size '{size}', in cluster '{cluster}'.
#
# The nodes' team installs this file as /etc/kubernetes/kubelet.conf.d/50-estate.conf
# (root:root 0644), starts the kubelet with --config-dir=/etc/kubernetes/kubelet.conf.d, and then
# lets the node join: taints apply at registration only. The kubelet merges it over the file of
# `kubeadm join` (client CA, cluster DNS, cgroup driver). nodes.csv lists the file of each node.
"""


def kubelet_documents(plan: Plan) -> tuple[Document, ...]:
    """One configuration for each size of node in each pool, and which node takes which."""
    files = tuple(
        Document(kubelet_file(pool, node), _text(plan, pool, node))
        for pool in plan.of(NodesPlan).pools
        for node in {node.size: node for node in pool.nodes}.values()
    )
    masters = plan.of(ControlPlanePlan).masters
    if masters:
        header = _HEADER.format(
            pool=MASTERS, size=masters.size, cluster=plan.of(ControlPlanePlan).cluster.name
        )
        # The taint of masters is kubeadm's own.
        content = _settings(masters.pods, masters.reserved_cpu, masters.reserved_memory)
        text = header + yaml.safe_dump(content, sort_keys=False)
        files = (*files, Document(f"kubelet/{MASTERS}/{masters.size}.yaml", text))
    return *files, Document("kubelet/nodes.csv", csv_text(NODE_COLUMNS, _nodes(plan)))


def kubelet_file(pool: PoolPlan, node: NodePlan) -> str:
    """A folder per pool: joined by '-', two pairs of names could give one file."""
    return f"kubelet/{pool.name}/{node.size}.yaml"


def _nodes(plan: Plan) -> Iterator[Row]:
    placed = [(node, pool) for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    for node, pool in sorted(placed, key=lambda pair: pair[0].name):
        yield {
            "node": node.name,
            "address": str(node.address),
            "rack": node.rack,
            "pool": pool.name,
            "size": node.size,
            "file": kubelet_file(pool, node),
        }


def _text(plan: Plan, pool: PoolPlan, node: NodePlan) -> str:
    header = _HEADER.format(
        pool=pool.name, size=node.size, cluster=plan.of(ControlPlanePlan).cluster.name
    )
    return header + yaml.safe_dump(configuration(pool, node), sort_keys=False)


def configuration(pool: PoolPlan, node: NodePlan) -> dict[str, object]:
    """The KubeletConfiguration of nodes like ``node`` in ``pool``."""
    taints = [
        {"key": taint.key, "value": taint.value, "effect": taint.effect} for taint in pool.taints
    ]
    return _settings(node.capacity.pods, node.reserved.cpu, node.reserved.memory, taints)


def _settings(
    pods: int, cpu: int, memory: int, taints: list[dict[str, str]] | None = None
) -> dict[str, object]:
    """``cpu`` in millicores and ``memory`` in bytes are kept for the system."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        # A list in a drop-in replaces the whole list, so nodes without taints of ours say nothing.
        **({"registerWithTaints": taints} if taints else {}),
        "maxPods": pods,
        # Only pods are held to the limit: enforcing a reserve needs a cgroup made beforehand, and
        # a kubelet that does not find it stops (I5).
        "enforceNodeAllocatable": ["pods"],
        "systemReserved": {
            "cpu": cpu_quantity(cpu),
            "memory": memory_quantity(memory),
        },
        # Naming one threshold sets the others to zero: the defaults are repeated.
        "evictionHard": {
            "memory.available": memory_quantity(EVICTION_MEMORY),
            "nodefs.available": "10%",
            "nodefs.inodesFree": "5%",
            "imagefs.available": "15%",
            "imagefs.inodesFree": "5%",
        },
        "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": True}},
        "authorization": {"mode": "Webhook"},
        "readOnlyPort": 0,
        # Client certificates renew themselves. serverTLSBootstrap stays out: serving certificates
        # wait for an approver, and until there is one, logs and metrics would stop.
        "rotateCertificates": True,
        "seccompDefault": True,
        **LIMITS,
    }
