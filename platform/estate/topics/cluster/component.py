"""Components of the cluster room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.plan import Plan
from estate.topics.cluster.manifests import platform


@dataclass(frozen=True, kw_only=True)
class PlatformArgs:
    """What a platform is made from."""

    plan: Plan
    """The whole zone."""


class Platform(pulumi.ComponentResource):
    """The cluster gains the platform's own namespaces and an identity that may only preview."""

    namespaces: Mapping[str, NamespaceHandle]
    """By name: what a service in it follows."""

    def __init__(
        self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:cluster:Platform", name, None, opts)
        made = register(platform(args.plan), self)
        self.registered = (self, *made.resources)
        self.namespaces = made.namespaces
        self.register_outputs({})
