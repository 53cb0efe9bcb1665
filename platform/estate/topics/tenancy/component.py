"""Components of the tenancy room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from estate.engine.handles import Handles
from estate.engine.kubernetes_object import NamespaceHandle, register
from estate.engine.window import Registers
from estate.objects.deployers import ACCOUNTS, account_role
from estate.objects.manifest import Manifest
from estate.topics.tenancy.manifests.tenant import tenant as tenant_manifests
from estate.topics.tenancy.plan.model import TenantPlan

_LIMITED = frozenset(account_role(one) for one in ACCOUNTS)
"""Roles whose bindings stand only while the policies that limit them do."""


def _binds(one: Manifest) -> bool:
    return one.kind == "RoleBinding"


@dataclass(frozen=True, kw_only=True)
class TenantArgs:
    """What a tenant is made from."""

    tenant: TenantPlan
    """The tenant's namespaces in this zone."""
    limits: tuple[pulumi.Resource, ...] = ()
    """The policies that limit its pipeline, whose rights follow them."""


class Tenant(pulumi.ComponentResource):
    """The cluster gains a tenant's namespaces: quota, limits, closed network, restricted pods."""

    namespaces: Mapping[str, NamespaceHandle]
    """By name: what an app in it follows."""

    def __init__(
        self, name: str, args: TenantArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("estate:tenancy:Tenant", name, None, opts)
        found = tenant_manifests(args.tenant)
        limited = [
            manifest
            for manifest in found
            if manifest.physical_name in _LIMITED and _binds(manifest)
        ]
        made = register((manifest for manifest in found if manifest not in limited), self)
        rights = register(limited, self, made.namespaces, after=args.limits)
        self.registered = (self, *made.resources, *rights.resources)
        self.namespaces = made.namespaces
        self.register_outputs({})


def tenant(
    name: str, part: TenantPlan, handles: Handles, opts: pulumi.ResourceOptions
) -> Registers:
    """Registers the group of this name."""
    made = Tenant(name, TenantArgs(tenant=part, limits=handles.limits), opts)
    handles.namespaces.update(made.namespaces)
    return made
