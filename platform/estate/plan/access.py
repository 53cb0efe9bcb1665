"""Groups of people: which role each has where, and whose each is (B2, B8)."""

from __future__ import annotations

from estate.declare import Problem
from estate.declare.models import PlatformGroups, TenantGroups
from estate.declare.problems import KeyPath
from estate.objects.roles import Role
from estate.plan.catalogue import Catalogue
from estate.plan.model import BindingPlan

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


def tenant_bindings(groups: TenantGroups) -> tuple[BindingPlan, ...]:
    """What a tenant's groups are in each of its namespaces."""
    return _bindings(_TENANT, _declared(groups))


def platform_bindings(groups: PlatformGroups) -> tuple[BindingPlan, ...]:
    """What the platform's groups are everywhere."""
    return _bindings(_PLATFORM, _declared(groups))


def _bindings(roles: dict[str, Role], declared: dict[str, str]) -> tuple[BindingPlan, ...]:
    found = (BindingPlan(role=roles[key], group=group) for key, group in declared.items())
    return tuple(sorted(found, key=lambda binding: binding.role))


def _declared(groups: TenantGroups | PlatformGroups) -> dict[str, str]:
    found: dict[str, str | None] = groups.model_dump()
    return {key: group for key, group in found.items() if group is not None}


def check_groups(catalogue: Catalogue) -> list[Problem]:
    """A tenant's groups are its own: neither another tenant's nor the platform's.

    Directories differ in whether they tell capital letters apart; here two names that differ in
    them only are one.
    """
    owners: dict[str, str] = {
        group.casefold(): "the platform"
        for stack in catalogue.stacks.values()
        for group in _declared(stack.value.platform_groups).values()
    }
    problems: list[Problem] = []
    for name, tenant in sorted(catalogue.tenants.items()):
        for key, group in _declared(tenant.value.groups).items():
            own = f"tenant '{name}'"
            owner = owners.setdefault(group.casefold(), own)
            if owner != own:
                path: KeyPath = ("groups", key)
                found = f"the group '{group}' belongs to {owner}"
                hint = "People who work for both are members of both groups"
                problems.append(
                    tenant.problem("group-of-others", path, found, "a group of its own", hint)
                )
    return problems
