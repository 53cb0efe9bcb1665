"""The register of names: each has one owner, and a tenant only those that a stack gives it.

Who could take any name of a zone's domains could take the identity provider's: people would sign in
at the tenant's app. So names are given in the stack file, which the platform's team merges, and not
in the tenant's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.load import Loaded
from estate.reader.problems import KeyPath, Problem, Source
from estate.reader.values import Zone
from estate.topics.apps.plan.name_claims import (
    COMPANY,
    OUTSIDE,
    NameClaim,
    Scope,
    covers,
    name_claims,
)
from estate.topics.dns.plan.domains import domain_of

_HINT = "A name has one target: use another name, or let its owner give it up first"


def check_name_register(catalogue: Catalogue, loaded: Loaded) -> list[Problem]:
    """A problem for each second owner of a name, and for each name that was not given."""
    grants = list(_grants(catalogue))
    claims = list(name_claims(catalogue.stacks, catalogue.apps))
    register = _Register()
    problems = [problem for claim in claims for problem in register.take(claim)]
    problems += _denied(catalogue, claims)
    problems += _second_grants(grants)
    problems += _of_others(grants, claims)
    problems += _not_given(
        catalogue,
        grants,
        (
            claim
            for claim in claims
            if claim.place not in register.refused and _inside(catalogue, claim)
        ),
    )
    problems += _wrong_grants(catalogue, loaded, grants)
    return problems


@dataclass
class Names:
    """Names, to be asked which of them meet another: are equal, cover it, or lie below it."""

    exact: dict[str, list[NameClaim]] = field(default_factory=dict[str, list[NameClaim]])
    below: dict[str, dict[str, NameClaim]] = field(default_factory=dict[str, dict[str, NameClaim]])
    """By domain and owner, the first name below it."""

    def add(self, one: NameClaim) -> None:
        self.exact.setdefault(one.name, []).append(one)
        for domain in _domains(one.name):
            self.below.setdefault(domain, {}).setdefault(one.owner, one)

    def meeting(self, name: str) -> Iterator[NameClaim]:
        yield from self.exact.get(name, ())
        for domain in _domains(name):
            if f"*.{domain}" != name:
                yield from self.exact.get(f"*.{domain}", ())
        if name.startswith("*."):
            yield from self.below.get(name[2:], {}).values()


def _domains(name: str) -> Iterator[str]:
    """Those that it lies in."""
    rest = name
    while rest := rest.partition(".")[2]:
        yield rest


class _Register:
    """Who holds which name, in each zone and over both."""

    def __init__(self) -> None:
        self.refused: set[Source] = set()
        self._here: dict[tuple[Scope, Zone, str], NameClaim] = {}
        self._anywhere: dict[tuple[Scope, str], NameClaim] = {}
        self._wildcards = Names()
        self._paths: dict[tuple[Zone, str, str], NameClaim] = {}

    def take(self, one: NameClaim) -> Iterator[Problem]:
        """Nothing where it is free, or its own."""
        other = self._other(one)
        if other and one.place not in self.refused:
            self.refused.add(one.place)
            how = "is" if other.name == one.name else f"lies in '{other.name}', which is"
            found = f"'{one.name}' {how} a name of {other.what} ({other.place})"
            yield one.problem("name-of-others", found, "each name once", _HINT)
        elif other is None and one.name.startswith("*."):
            self._wildcards.add(one)
        elif other is None:
            yield from self._divided(one)

    def _divided(self, one: NameClaim) -> Iterator[Problem]:
        """Apps of a tenant may share a host: a request goes to the app with the longest path."""
        for index, path in enumerate(one.paths):
            first = self._paths.setdefault((one.zone, one.name, path), one)
            if first.holder != one.holder:
                yield one.declared.problem(
                    "path-taken",
                    ("paths", index),
                    f"'{one.name}{path}' belongs to {first.what} ({first.place}) already",
                    "each path of a host once",
                    "Divide the paths among the apps: paths: [/api]",
                )

    def _other(self, one: NameClaim) -> NameClaim | None:
        first = self._here.setdefault((one.scope, one.zone, one.name), one)
        if first is not one:
            if one.owner == COMPANY:
                return first if _differ(first, one) else None
            shared = one.paths and first.paths and one.owner == first.owner
            return None if shared and one.holder != first.holder else first
        first = self._anywhere.setdefault((one.scope, one.name), one)
        if _differ(first, one) and not first.owner == one.owner != COMPANY:
            return first  # a tenant may have two apps of a name, one in each zone's view
        around = self._wildcards.meeting(one.name) if one.scope == "host" else ()
        return next((other for other in around if other.owner != one.owner), None)


def _differ(one: NameClaim, other: NameClaim) -> bool:
    return (one.owner, one.holder) != (other.owner, other.holder)


def _grants(catalogue: Catalogue) -> Iterator[NameClaim]:
    """What the stacks give to tenants."""
    for zone, stack in catalogue.stacks.items():
        for tenant, names in stack.value.tenant_names.items():
            for index, name in enumerate(names):
                yield NameClaim(
                    zone=zone,
                    name=name,
                    owner=tenant,
                    holder=tenant,
                    what=f"the tenant '{tenant}'",
                    declared=stack,
                    path=("tenant_names", tenant, index),
                )


def _second_grants(grants: Iterable[NameClaim]) -> Iterator[Problem]:
    """A name is one tenant's in both zones: people who go from one to the other find no other."""
    before = Names()
    for grant in grants:
        if other := next(
            (by for by in before.meeting(grant.name) if by.owner != grant.owner), None
        ):
            found = f"'{grant.name}' is given to {other.what}, as '{other.name}' ({other.place})"
            yield grant.problem("name-of-others", found, "each name to one tenant", _HINT)
        else:
            before.add(grant)


def _of_others(grants: Iterable[NameClaim], claims: Iterable[NameClaim]) -> Iterator[Problem]:
    """What is the platform's or the company's cannot be given, neither by name nor by wildcard."""
    theirs = Names()
    for claim in claims:
        if claim.owner == COMPANY and claim.scope == "host":
            theirs.add(claim)
    for grant in grants:
        if taken := next(theirs.meeting(grant.name), None):
            covered = "" if taken.name == grant.name else f"'{grant.name}' and "
            found = f"{covered}'{taken.name}', which is a name of {taken.what} ({taken.place})"
            found = f"{found} meet" if covered else found
            allowed = "names that are neither the platform's nor the company's"
            yield grant.problem("name-of-others", found, allowed, "Give single names instead")


def _denied(catalogue: Catalogue, claims: Iterable[NameClaim]) -> Iterator[Problem]:
    """In a domain of the zone's own nobody else gives names: its servers deny them."""
    for claim in claims:
        dns = catalogue.stack(claim.zone).dns
        domain = domain_of(claim.name, dns.domains) if dns else None
        if claim.holder == OUTSIDE and domain:
            yield claim.problem(
                "domain-of-others",
                f"'{claim.name}' of {claim.what} lies in '{domain}', "
                "which the zone's own name servers answer for, without a record of it: "
                "it would not resolve",
                "names outside of the zone's own domains",
                "Delegate a domain of its own to the zone, and name that in estate:dns.domains",
            )


def _inside(catalogue: Catalogue, one: NameClaim) -> bool:
    """Whether it is in a domain of the zone; that it is not has been said otherwise."""
    dns = catalogue.stack(one.zone).dns
    return dns is None or domain_of(one.name, dns.named) is not None


def _not_given(
    catalogue: Catalogue, grants: Iterable[NameClaim], claims: Iterable[NameClaim]
) -> Iterator[Problem]:
    given: dict[tuple[Zone, str], list[str]] = {}
    for grant in grants:
        given.setdefault((grant.zone, grant.owner), []).append(grant.name)
    for claim in claims:
        if claim.owner == COMPANY:
            continue
        names = given.get((claim.zone, claim.owner), [])
        if not any(name == claim.name or covers(name, claim.name) for name in names):
            yield claim.problem(
                "name-not-given",
                f"'{claim.name}' is no name of tenant '{claim.owner}' in zone '{claim.zone}'",
                ", ".join(names) or "none is given to the tenant yet",
                "The platform's team adds it at estate:tenant_names in "
                f"{catalogue.stack_file(claim.zone)}: "
                f"{{{claim.owner}: [{claim.name}]}}",
            )


def _wrong_grants(
    catalogue: Catalogue, loaded: Loaded, grants: Iterable[NameClaim]
) -> Iterator[Problem]:
    """Given to tenants that there are, in domains that the zone's name servers answer for."""
    for stack in catalogue.stacks.values():
        for tenant in stack.value.tenant_names:
            if tenant not in catalogue.tenants and tenant not in loaded.unread:
                path: KeyPath = ("tenant_names", tenant)
                hint = "Of a tenant that has left, take the names away too"
                yield unknown(stack, "unknown-tenant", path, tenant, catalogue.tenants, hint)
    for grant in grants:
        dns = catalogue.stack(grant.zone).dns
        if dns and not _inside(catalogue, grant):
            yield grant.problem(
                "outside-domains",
                f"'{grant.name}' is in none of the zone's domains",
                ", ".join(dns.named),
                "Add its domain to estate:dns.records_in",
            )
