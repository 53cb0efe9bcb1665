"""Components of the services' room."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.plan.model import InternalRegistryPlan
from estate.plan.monitoring import MonitoringPlan
from estate.services.monitoring.manifests import monitoring
from estate.services.registry import internal_registry


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


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """What the registry inside the cluster is made from."""

    registry: InternalRegistryPlan
    """Where it runs and keeps images, whom it serves, what it fetches."""
    namespace: NamespaceHandle
    """The namespace it follows."""


class Registry(pulumi.ComponentResource):
    """The cluster gains a registry of its own, which holds what its declarations name."""

    def __init__(
        self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:Registry", name, None, opts)
        namespaces = {args.registry.placement.namespace: args.namespace}
        made = register(internal_registry(args.registry), self, namespaces)
        self.registered = (self, *made.resources)
        self.register_outputs({})
