"""The component of a router shard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from estate.engine.handles import Handles
from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.engine.window import Registers
from estate.topics.routers.manifests.router import router as router_manifests
from estate.topics.routers.plan.model import RouterPlan


@dataclass(frozen=True, kw_only=True)
class RouterArgs:
    """What a router shard is made from."""

    router: RouterPlan
    """The shard: its routers, what they see, what they publish."""
    namespaces: Mapping[str, NamespaceHandle]
    """By name, those that its objects follow: its own, and those that it publishes apps of."""


class Router(pulumi.ComponentResource):
    """The cluster gains a router shard: people reach its tenants' web apps by host name."""

    def __init__(
        self, name: str, args: RouterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:Router", name, None, opts)
        made = register(router_manifests(args.router), self, args.namespaces)
        self.registered = (self, *made.resources)
        self.register_outputs({})


def router(
    name: str, part: RouterPlan, handles: Handles, opts: pulumi.ResourceOptions
) -> Registers:
    """Registers the group of this name."""
    args = RouterArgs(router=part, namespaces=handles.namespaces)
    return Router(name, args, opts)
