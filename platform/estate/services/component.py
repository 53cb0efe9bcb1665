"""Components of the services' room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.plan.logging import LoggingPlan
from estate.plan.model.egress import EgressAddressesPlan, RelaysPlan
from estate.plan.model.exposure import MetalLBPlan
from estate.plan.model.registries import InternalRegistryPlan
from estate.plan.model.routers import RouterPlan
from estate.plan.monitoring import MonitoringPlan
from estate.services.egress_addresses import egress_addresses
from estate.services.logging.manifests import logging
from estate.services.metallb import metallb
from estate.services.monitoring.manifests import monitoring
from estate.services.registry import internal_registry
from estate.services.relays import relays
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
class RelaysArgs:
    """What relays are made from."""

    relays: RelaysPlan
    """The databases that they take connections for, and from whom."""
    namespace: NamespaceHandle
    """The namespace they follow."""


class Relays(pulumi.ComponentResource):
    """The cluster gains relays to databases: firewalls need know only the nodes they run on."""

    def __init__(
        self, name: str, args: RelaysArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:Relays", name, None, opts)
        namespaces = {args.relays.placement.namespace: args.namespace}
        self.registered = (self, *register(relays(args.relays), self, namespaces).resources)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class EgressAddressesArgs:
    """What egress addresses are made from."""

    egress_addresses: EgressAddressesPlan
    """The addresses, and the apps whose connections leave by them."""
    nodes: Iterable[pulumi.Resource]
    """The labels of the nodes that take them."""


class EgressAddresses(pulumi.ComponentResource):
    """Apps' connections leave the cluster by few addresses, which survive the loss of a node."""

    def __init__(
        self, name: str, args: EgressAddressesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:EgressAddresses", name, None, opts)
        found = egress_addresses(args.egress_addresses)
        # Labels first: addresses go to the nodes that have one when the object appears, and stay.
        self.registered = (self, *register(found, self, after=args.nodes).resources)
        self.register_outputs({})


@dataclass(frozen=True, kw_only=True)
class AddressPoolsArgs:
    """What MetalLB's resources are made from."""

    metallb: MetalLBPlan
    """Whose addresses which nodes answer for."""
    nodes: Iterable[pulumi.Resource]
    """The labels of the nodes."""


class AddressPools(pulumi.ComponentResource):
    """MetalLB learns which virtual addresses belong to whom, and which nodes answer for them."""

    def __init__(
        self, name: str, args: AddressPoolsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:AddressPools", name, None, opts)
        made = register(metallb(args.metallb), self, after=args.nodes)
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


@dataclass(frozen=True, kw_only=True)
class LoggingArgs:
    """What logging is made from."""

    logging: LoggingPlan
    """What it keeps, for whom, and on what."""
    namespace: NamespaceHandle
    """The namespace it follows."""


class Logging(pulumi.ComponentResource):
    """The cluster gains a memory: logs are kept, and shown to those whom they are for."""

    def __init__(
        self, name: str, args: LoggingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:Logging", name, None, opts)
        namespaces = {args.logging.placement.namespace: args.namespace}
        self.registered = (self, *register(logging(args.logging), self, namespaces).resources)
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
