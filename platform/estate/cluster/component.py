"""Components of the cluster room."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from estate.cluster.manifests import node_pool, platform
from estate.engine.kubernetes_object import register
from estate.plan.model import Plan, PoolPlan


@dataclass(frozen=True, kw_only=True)
class PlatformArgs:
    """What a platform is made from."""

    plan: Plan
    """The whole zone."""


class Platform(pulumi.ComponentResource):
    """The cluster gains the platform's own namespaces and an identity that may only preview."""

    def __init__(
        self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:Platform", name, None, opts)
        self.registered = (self, *register(platform(args.plan), self).resources)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class NodePoolArgs:
    """What a node pool is made from."""

    pool: PoolPlan
    """The pool and its nodes, which exist already."""


class NodePool(pulumi.ComponentResource):
    """The cluster's nodes gain the label of their pool."""

    def __init__(
        self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:NodePool", name, None, opts)
        self.registered = (self, *register(node_pool(args.pool), self).resources)
        self.register_outputs({})
