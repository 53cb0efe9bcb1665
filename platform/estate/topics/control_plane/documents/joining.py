"""How each node of a pool joins: as itself, with its own address, rack and taints (A3, D2, X15)."""

from __future__ import annotations

import yaml

from estate.documents.document import Document
from estate.plan import Plan
from estate.topics.control_plane.documents.kubeadm import node_join_configuration
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import minor_of
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import NodePlan, PoolPlan

FOLDER = "nodes"
KUBEADM = "/etc/kubernetes/kubeadm.yaml"

_HEADER = """\
# How node {node} of pool '{pool}' joins cluster '{cluster}'.
# Install it as {path} (root:root 0600). See docs/nodes.md.
"""


def joining_documents(plan: Plan) -> tuple[Document, ...]:
    """kubeadm's file of each node."""
    return tuple(
        Document(kubeadm_file(node), _text(plan, pool, node))
        for pool in plan.of(NodesPlan).pools
        for node in pool.nodes
    )


def kubeadm_file(node: NodePlan) -> str:
    """The name of its document."""
    return f"{FOLDER}/{node.name}/kubeadm.yaml"


def _text(plan: Plan, pool: PoolPlan, node: NodePlan) -> str:
    cluster = plan.of(ControlPlanePlan).cluster
    header = _HEADER.format(node=node.name, pool=pool.name, cluster=cluster.name, path=KUBEADM)
    content = node_join_configuration(minor_of(cluster.version), node, pool.taints)
    return header + yaml.safe_dump(content, sort_keys=False)
