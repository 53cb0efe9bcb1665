"""The component of logging."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.topics.logging.manifests.logging import logging
from estate.topics.logging.plan.logging import LoggingPlan


@dataclass(frozen=True, kw_only=True)
class LoggingArgs:
    """What logging is made from."""

    logging: LoggingPlan
    """Its streams, their readers, and its disks."""
    namespace: NamespaceHandle
    """The namespace it follows."""


class Logging(pulumi.ComponentResource):
    """The cluster gains a log store: logs are kept, and shown to their readers."""

    def __init__(
        self, name: str, args: LoggingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:Logging", name, None, opts)
        namespaces = {args.logging.placement.namespace: args.namespace}
        self.registered = (self, *register(logging(args.logging), self, namespaces).resources)
        self.register_outputs({})
