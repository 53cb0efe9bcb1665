"""Components of the cluster room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from estate.engine.handles import Handles
from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.engine.window import Registers
from estate.plan import Plan
from estate.topics.cluster.manifests import platform as platform_manifests


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
        made = register(platform_manifests(args.plan), self)
        self.registered = (self, *made.resources)
        self.namespaces = made.namespaces
        self.register_outputs({})


def platform(name: str, plan: Plan, handles: Handles, opts: pulumi.ResourceOptions) -> Registers:
    """Registers the group of this name."""
    made = Platform(name, PlatformArgs(plan=plan), opts)
    handles.namespaces.update(made.namespaces)
    return made
