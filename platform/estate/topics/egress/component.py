"""The components of relays and egress addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.topics.egress.manifests.egress_addresses import egress_addresses
from estate.topics.egress.manifests.relays import relays
from estate.topics.egress.plan.model import EgressAddressesPlan, RelaysPlan


@dataclass(frozen=True, kw_only=True)
class RelaysArgs:
    """What relays are made from."""

    relays: RelaysPlan
    """The databases that they take connections for, and their clients."""
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
