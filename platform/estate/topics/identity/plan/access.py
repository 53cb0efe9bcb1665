"""Groups of people: which role each has where, and whose each is (B2, B8)."""

from __future__ import annotations

from typing import TypeVar

from estate.objects.roles import Role
from estate.topics.identity.declare.groups import PlatformGroups
from estate.topics.identity.declare.issuers import Identity
from estate.topics.identity.plan.bindings import BindingPlan
from estate.topics.identity.plan.groups import qualified, with_groups
from estate.topics.tenancy.declare.tenants import TenantGroups

_TENANT: dict[str, Role] = {
    "admin": "tenant-admin",
    "developer": "developer",
    "operator": "operator",
    "auditor": "auditor",
    "log_reader": "log-reader",
}
_PLATFORM: dict[str, Role] = {
    "admin": "platform-admin",
    "auditor": "auditor",
    "log_reader": "log-reader",
}

T = TypeVar("T")


def tenant_bindings(identity: Identity, groups: TenantGroups) -> tuple[BindingPlan, ...]:
    """What a tenant's groups are in each of its namespaces; of issuers that the zone has."""
    return _bindings(identity, _TENANT, declared_groups(groups))


def platform_bindings(identity: Identity, groups: PlatformGroups) -> tuple[BindingPlan, ...]:
    """What the platform's groups are everywhere."""
    return _bindings(identity, _PLATFORM, declared_groups(groups))


def _bindings(
    identity: Identity, roles: dict[str, Role], declared: dict[str, str]
) -> tuple[BindingPlan, ...]:
    here = with_groups(identity)
    found: list[BindingPlan] = []
    for key, group in declared.items():
        issuer, name = qualified(identity, group)
        if issuer in here:
            found.append(BindingPlan(role=roles[key], group=f"{issuer}:{name}"))
    return tuple(sorted(found, key=lambda binding: binding.role))


def declared_groups(groups: TenantGroups | PlatformGroups) -> dict[str, str]:
    found: dict[str, str | None] = groups.model_dump()
    return {key: group for key, group in found.items() if group is not None}
