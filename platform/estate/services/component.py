"""Components of the services' room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.plan.model import RouterPlan
from estate.plan.monitoring import MonitoringPlan
from estate.services.monitoring.manifests import monitoring
from estate.services.router.manifests import router


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
        made = register(router(args.router), self, args.namespaces)
        self.registered = (self, *made.resources)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """What monitoring is made from."""

    monitoring: MonitoringPlan
    """What it watches, whom it tells, where it runs."""
    namespace: NamespaceHandle
    """The namespace it follows."""


class Monitoring(pulumi.ComponentResource):
    """The cluster gains Prometheus and what belongs to it: whoever has to know is told."""

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:Monitoring", name, None, opts)
        namespaces = {args.monitoring.placement.namespace: args.namespace}
        self.registered = (self, *register(monitoring(args.monitoring), self, namespaces).resources)
        self.register_outputs({})
