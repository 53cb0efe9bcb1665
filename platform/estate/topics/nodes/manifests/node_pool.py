"""Objects of a pool: the labels of its nodes."""

from __future__ import annotations

from estate.objects.manifest import Manifest, manifest
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.nodes.plan.pools import POOL_LABEL

FIELD_MANAGER = "estate"


def node_pool(pool: PoolPlan) -> tuple[Manifest, ...]:
    """The pool's label on each of its nodes, and what else the pool is for (D5, F3).

    Labels only: taints are an atomic list that a patch would take over as a whole, so the kubelet
    registers them (D2).
    """
    return tuple(
        manifest(
            "v1",
            "Node",
            node.name,
            {},
            labels={POOL_LABEL: pool.name, **dict(pool.labels)},
            annotations={"pulumi.com/patchFieldManager": FIELD_MANAGER},
            patch=True,
        )
        for node in pool.nodes
    )
