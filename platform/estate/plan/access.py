"""Groups of people: which role each has where, and whose each is (B2, B8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from estate.declare import Declared, Problem
from estate.declare.models import Identity, PlatformGroups, TenantGroups
from estate.declare.models.values import RESERVED_GROUPS, Zone
from estate.declare.problems import KeyPath
from estate.objects.roles import Role
from estate.plan.catalogue import Catalogue, unknown
from estate.plan.identity import qualified, with_groups
from estate.plan.model.tenants import BindingPlan

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
    return _bindings(identity, _TENANT, _declared(groups))


def platform_bindings(identity: Identity, groups: PlatformGroups) -> tuple[BindingPlan, ...]:
    """What the platform's groups are everywhere."""
    return _bindings(identity, _PLATFORM, _declared(groups))


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


def _declared(groups: TenantGroups | PlatformGroups) -> dict[str, str]:
    found: dict[str, str | None] = groups.model_dump()
    return {key: group for key, group in found.items() if group is not None}


def check_groups(catalogue: Catalogue) -> list[Problem]:
    """A tenant's groups are its own: neither another tenant's nor the platform's.

    Directories differ in whether they tell capital letters apart; here two names that differ in
    them only are one.
    """
    identities: dict[Zone, Identity] = {
        zone: stack.value.identity for zone, stack in catalogue.stacks.items()
    }
    owners: dict[tuple[Zone, str, str], str] = {}
    problems: list[Problem] = []
    for zone, stack in catalogue.stacks.items():
        for key, group in _declared(stack.value.platform_groups).items():
            here = identities[zone]
            problems += check_group(stack, ("platform_groups", key), group, [here])
            owners[_identified(zone, here, group)] = "the platform"
    for name, tenant in sorted(catalogue.tenants.items()):
        own = f"tenant '{name}'"
        for key, group in _declared(tenant.value.groups).items():
            path: KeyPath = ("groups", key)
            problems += check_group(tenant, path, group, identities.values())
            for zone, identity in identities.items():
                owner = owners.setdefault(_identified(zone, identity, group), own)
                if owner != own:
                    found = f"the group '{group}' belongs to {owner}"
                    hint = "People who work for both are members of both groups"
                    problems.append(
                        tenant.problem("group-of-others", path, found, "a group of its own", hint)
                    )
    return problems


def _identified(zone: Zone, identity: Identity, group: str) -> tuple[Zone, str, str]:
    issuer, name = qualified(identity, group)
    return zone, issuer, name.casefold()


def check_group(
    declared: Declared[T], path: KeyPath, group: str, identities: Iterable[Identity]
) -> Iterator[Problem]:
    """A problem where no one can be a member of ``group`` as it is written."""
    issuer, colon, name = group.partition(":")
    people = {one for identity in identities for one in with_groups(identity)}
    if colon and issuer not in people:
        yield unknown(declared, "unknown-issuer", path, issuer, people)
    elif colon and name.lower().startswith(RESERVED_GROUPS):
        yield declared.problem(
            "group-reserved",
            path,
            f"no token with the group '{name}' is accepted",
            f"names that do not begin with {' or '.join(RESERVED_GROUPS)}",
        )
