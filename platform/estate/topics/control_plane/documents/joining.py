"""How each node of a pool joins: as itself, with its own address, rack and taints (A3, D2, X15)."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.control_plane.documents.kubeadm import DROP_INS, node_join_configuration
from estate.topics.control_plane.documents.kubelet import kubelet_file
from estate.topics.control_plane.documents.operating_system import (
    FOLDER,
    Installed,
    operating_system_files,
)
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import minor_of
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import NodePlan, PoolPlan

KUBEADM = "/etc/kubernetes/kubeadm.yaml"

_HEADER = """\
# How node {node} of pool '{pool}' joins cluster '{cluster}'.
# Install it as {path} (root:root 0600). See docs/nodes.md.
"""


COLUMNS = (
    *("machine", "address", "rack", "pool", "step"),
    *("document", "file", "owner", "mode", "then"),
)


def joining_documents(plan: Plan) -> tuple[Document, ...]:
    """kubeadm's file of each node, and every file that a node has, in order."""
    files = [
        Document(kubeadm_file(node), _text(plan, pool, node))
        for pool in plan.of(NodesPlan).pools
        for node in pool.nodes
    ]
    return *files, Document(f"{FOLDER}/machines.csv", csv_text(COLUMNS, _machines(plan)))


def _machines(plan: Plan) -> Iterator[Row]:
    placed = [(node, pool) for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    for node, pool in sorted(placed, key=lambda pair: pair[0].name):
        files = (*operating_system_files(plan), *_own(pool, node))
        for step, one in enumerate(files, start=1):
            yield {
                "machine": node.name,
                "address": str(node.address),
                "rack": node.rack,
                "pool": pool.name,
                "step": step,
                "document": one.document,
                "file": one.path,
                "owner": "root:root",
                "mode": one.mode,
                "then": one.then,
            }


def _own(pool: PoolPlan, node: NodePlan) -> Iterator[Installed]:
    yield Installed(
        document=kubelet_file(pool, node),
        path=f"{DROP_INS}/50-estate.conf",
        mode="0644",
        then="systemctl enable kubelet",
    )
    yield Installed(
        document=kubeadm_file(node),
        path=KUBEADM,
        mode="0600",
        then=f"kubeadm join --config {KUBEADM}",
    )


def kubeadm_file(node: NodePlan) -> str:
    """The name of its document."""
    return f"{FOLDER}/{node.name}/kubeadm.yaml"


def _text(plan: Plan, pool: PoolPlan, node: NodePlan) -> str:
    cluster = plan.of(ControlPlanePlan).cluster
    header = _HEADER.format(node=node.name, pool=pool.name, cluster=cluster.name, path=KUBEADM)
    content = node_join_configuration(minor_of(cluster.version), node, pool.taints)
    return header + yaml.safe_dump(content, sort_keys=False)
