"""The component of monitoring."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.topics.monitoring.manifests.monitoring import monitoring
from estate.topics.monitoring.plan.monitoring import MonitoringPlan


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """What monitoring is made from."""

    monitoring: MonitoringPlan
    """Its targets, its receivers, and where it runs."""
    namespace: NamespaceHandle
    """The namespace it follows."""


class Monitoring(pulumi.ComponentResource):
    """The cluster gains Prometheus and what belongs to it: alerts reach their receivers."""

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:Monitoring", name, None, opts)
        namespaces = {args.monitoring.placement.namespace: args.namespace}
        self.registered = (self, *register(monitoring(args.monitoring), self, namespaces).resources)
        self.register_outputs({})
