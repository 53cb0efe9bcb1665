"""Objects of a pool: the labels of its nodes."""

from __future__ import annotations

from estate.objects.manifest import Manifest, manifest
from estate.topics.nodes.plan.model import RACK_LABEL, PoolPlan
from estate.topics.nodes.plan.pools import POOL_LABEL

FIELD_MANAGER = "estate"


def node_pool(pool: PoolPlan) -> tuple[Manifest, ...]:
    """The labels of the pool and of the rack on each of its nodes, and what else the pool is for.

    Labels only: taints are an atomic list that a patch would take over as a whole, so the kubelet
    registers them (D2).
    """
    return tuple(
        manifest(
            "v1",
            "Node",
            node.name,
            {},
            labels={POOL_LABEL: pool.name, RACK_LABEL: node.rack, **dict(pool.labels)},
            annotations={
                "pulumi.com/patchFieldManager": FIELD_MANAGER,
                # The kubelet registered its rack; where the two differ, the inventory is right.
                "pulumi.com/patchForce": "true",
            },
            patch=True,
        )
        for node in pool.nodes
    )
