"""The component of MetalLB's resources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from estate.engine.handles import Handles
from estate.engine.kubernetes_object import register
from estate.engine.window import Registers
from estate.topics.exposure.manifests import metallb
from estate.topics.exposure.plan.model import MetalLBPlan


@dataclass(frozen=True, kw_only=True)
class AddressPoolsArgs:
    """What MetalLB's resources are made from."""

    metallb: MetalLBPlan
    """Whose addresses which nodes answer for."""
    nodes: Iterable[pulumi.Resource]
    """The labels of the nodes."""


class AddressPools(pulumi.ComponentResource):
    """MetalLB gets the virtual addresses of each tenant, and the nodes that answer for them."""

    def __init__(
        self, name: str, args: AddressPoolsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:services:AddressPools", name, None, opts)
        made = register(metallb(args.metallb), self, after=args.nodes)
        self.registered = (self, *made.resources)
        self.register_outputs({})


def address_pools(
    name: str, part: MetalLBPlan, handles: Handles, opts: pulumi.ResourceOptions
) -> Registers:
    """Registers the group of this name."""
    pools = {pool for address_pool in part.pools for pool in address_pool.nodes_of}
    nodes = [one for pool in sorted(pools) for one in handles.pools[pool].registered]
    return AddressPools(name, AddressPoolsArgs(metallb=part, nodes=nodes), opts)
