"""Checks of groups that have rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estate.declarations.catalogue import Catalogue, unknown
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import RESERVED_GROUPS, Zone
from estate.topics.identity.declare.issuers import Identity
from estate.topics.identity.plan.access import T, declared_groups
from estate.topics.identity.plan.groups import qualified, with_groups


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
        for key, group in declared_groups(stack.value.platform_groups).items():
            here = identities[zone]
            problems += check_group(stack, ("platform_groups", key), group, [here])
            owners[_identified(zone, here, group)] = "the platform"
    for name, tenant in sorted(catalogue.tenants.items()):
        own = f"tenant '{name}'"
        for key, group in declared_groups(tenant.value.groups).items():
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
