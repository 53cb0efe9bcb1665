"""The component of logging."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from estate.engine.handles import Handles
from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.engine.window import Registers
from estate.topics.logging.manifests.logging import logging as logging_manifests
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
        self.registered = (
            self,
            *register(logging_manifests(args.logging), self, namespaces).resources,
        )
        self.register_outputs({})


def logging(
    name: str, part: LoggingPlan, handles: Handles, opts: pulumi.ResourceOptions
) -> Registers:
    """Registers the group of this name."""
    namespace = handles.namespaces[part.placement.namespace]
    return Logging(name, LoggingArgs(logging=part, namespace=namespace), opts)
