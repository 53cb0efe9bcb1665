"""Names: each has one owner over all environments, whichever zone's view it is in (J4)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.declarations.stack import Stack
from estate.reader.problems import Problem
from estate.topics.apps.checks.name_register import Names
from estate.topics.apps.plan.name_claims import OUTSIDE, NameClaim, name_claims
from estate.topics.dns.plan.domains import CLUSTER_DOMAIN
from estate.world.claims import World

_OF_TEAMS = ("ns ", "zone ")
"""Holders of names that environments may share: name servers, and the domains they answer for."""


def check_names(world: World) -> Iterator[Problem]:
    """A problem for each name of an environment that an earlier one has, or that covers one."""
    hosts, machines = Names(), Names()
    place: dict[int, Loaded] = {}
    for loaded in world:
        own = [one for one in name_claims(loaded.stacks, loaded.apps) if _exclusive(one)]
        for one in own:
            before = machines if one.scope == "machine" else hosts
            if (other := next(before.meeting(one.name), None)) and not _said(one, other):
                where = place[id(other)].environment.stack(other.zone)
                how = "is" if other.name == one.name else f"meets '{other.name}', which is"
                yield one.problem(
                    "name-of-others",
                    f"'{one.name}' {how} a name of {other.what} of {where} ({other.place})",
                    "each name once over all environments",
                    "Names of an environment other than the first best stand below a domain of "
                    "its own",
                )
        for one in own:
            (machines if one.scope == "machine" else hosts).add(one)
            place[id(one)] = loaded
    yield from _answered_twice(world)


def _exclusive(one: NameClaim) -> bool:
    if one.scope == "service" or one.holder == OUTSIDE or one.name == f"*.{CLUSTER_DOMAIN}":
        return False
    return not one.holder.startswith(_OF_TEAMS)


def _said(one: NameClaim, other: NameClaim) -> bool:
    """Whether the check of clusters says it."""
    return one.holder == other.holder and one.holder in ("api", "registry", "kibana")


def _answered_twice(world: World) -> Iterator[Problem]:
    """Two zone files of one domain on one name server: the later takes the other's names away."""
    first: dict[tuple[str, object], tuple[Loaded, Stack, str]] = {}
    for loaded in world:
        for zone, stack in loaded.stacks.items():
            dns = stack.value.dns
            for index, domain in enumerate(dns.domains if dns else ()):
                for server in dns.name_servers if dns else ():
                    key = (domain, server.address)
                    seen = first.setdefault(key, (loaded, stack.value, stack.positions.file))
                    if seen[0] is not loaded:
                        yield stack.problem(
                            "name-of-others",
                            ("dns", "domains", index),
                            f"{server.address} answers for '{domain}' of "
                            f"{loaded.environment.stack(zone)} and of {seen[2]}: the zone file of "
                            "one would take the names of the other away",
                            "a domain of its own for each environment, or name servers of its own",
                        )
