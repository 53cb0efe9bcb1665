"""Components of the tenancy room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from estate.engine.handles import Handles
from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.engine.window import Registers
from estate.topics.tenancy.manifests.tenant import tenant as tenant_manifests
from estate.topics.tenancy.plan.model import TenantPlan


@dataclass(frozen=True, kw_only=True)
class TenantArgs:
    """What a tenant is made from."""

    tenant: TenantPlan
    """The tenant's namespaces in this zone."""


class Tenant(pulumi.ComponentResource):
    """The cluster gains a tenant's namespaces: quota, limits, closed network, restricted pods."""

    namespaces: Mapping[str, NamespaceHandle]
    """By name: what an app in it follows."""

    def __init__(
        self, name: str, args: TenantArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:tenancy:Tenant", name, None, opts)
        made = register(tenant_manifests(args.tenant), self)
        self.registered = (self, *made.resources)
        self.namespaces = made.namespaces
        self.register_outputs({})


def tenant(
    name: str, part: TenantPlan, handles: Handles, opts: pulumi.ResourceOptions
) -> Registers:
    """Registers the group of this name."""
    made = Tenant(name, TenantArgs(tenant=part), opts)
    handles.namespaces.update(made.namespaces)
    return made
