"""The component of the registry inside the cluster."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.topics.registry.manifests import internal_registry
from estate.topics.registry.plan.model import InternalRegistryPlan


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """What the registry inside the cluster is made from."""

    registry: InternalRegistryPlan
    """Where it runs and keeps images, its clients, and the images that it fetches."""
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
