"""Components of the workload room."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.topics.apps.manifests.app import app
from estate.topics.apps.plan.model import AppPlan


@dataclass(frozen=True, kw_only=True)
class AppArgs:
    """What an app is made from."""

    app: AppPlan
    """Where it runs, what it gets, its clients and its destinations."""
    namespace: NamespaceHandle
    """The namespace it follows."""


class App(pulumi.ComponentResource):
    """The cluster gains an app: workload, service, network policies, volume and secrets."""

    def __init__(
        self, name: str, args: AppArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:workload:App", name, None, opts)
        namespaces = {args.app.namespace: args.namespace}
        self.registered = (self, *register(app(args.app), self, namespaces).resources)
        self.register_outputs({})
