"""The component of a pool."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import register
from estate.topics.nodes.manifests.node_pool import node_pool
from estate.topics.nodes.plan.model import PoolPlan


@dataclass(frozen=True, kw_only=True)
class NodePoolArgs:
    """What a node pool is made from."""

    pool: PoolPlan
    """The pool and its declared nodes."""
    joined: Set[str]
    """Names of the cluster's nodes: a declared node that is not among them gets no label yet."""


class NodePool(pulumi.ComponentResource):
    """The cluster's nodes gain the label of their pool."""

    def __init__(
        self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:NodePool", name, None, opts)
        made = register(node_pool(args.pool), self, existing=args.joined)
        self.registered = (self, *made.resources)
        self.register_outputs({})
