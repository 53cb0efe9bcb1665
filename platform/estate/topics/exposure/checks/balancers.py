"""Checks of load balancers and their source addresses."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, unknown
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.exposure.declare.load_balancers import F5, HAProxyPair
from estate.topics.exposure.plan.balancers import PLATFORM, balancers


def check_balancers(catalogue: Catalogue) -> list[Problem]:
    """A problem for each pair whose hosts could not take each other's addresses over, each pool
    that nobody could use, and each F5 of two zones."""
    problems: list[Problem] = [*_f5_of_both_zones(catalogue)]
    for declared in catalogue.stacks.values():
        for key, balancer in balancers(declared.value):
            if isinstance(balancer, HAProxyPair):
                problems += _pair(declared, key, balancer)
            elif isinstance(balancer, F5):
                problems += _snat_pools(catalogue, declared, balancer)
    return problems


def _f5_of_both_zones(catalogue: Catalogue) -> Iterator[Problem]:
    """A partition is called as its tenant, and a tenant is in both zones (E3)."""
    first: dict[str, Zone] = {}
    for zone, stack in catalogue.stacks.items():
        for key, balancer in balancers(stack.value):
            if isinstance(balancer, F5) and first.setdefault(balancer.name, zone) != zone:
                yield stack.problem(
                    "name-taken",
                    (key, "name"),
                    f"{balancer.name} is the F5 of zone '{first[balancer.name]}': the declarations "
                    "of both zones would replace each other's partitions",
                    "an F5 for each zone",
                    "A device of its own has a name of its own",
                )


def _snat_pools(catalogue: Catalogue, declared: Declared[Stack], balancer: F5) -> Iterator[Problem]:
    """Of tenants that there are, each once."""
    tenants: set[str] = set()
    for index, pool in enumerate(balancer.snat_pools):
        path: KeyPath = ("load_balancer", "snat_pools", index)
        if pool.tenant != PLATFORM and pool.tenant not in catalogue.tenants:
            known = [*catalogue.tenants, PLATFORM]
            yield unknown(declared, "unknown-tenant", (*path, "tenant"), pool.tenant, known)
        if pool.tenant in tenants:
            found = f"the tenant '{pool.tenant}' stands here again"
            yield declared.problem("name-taken", (*path, "tenant"), found, "one pool for each")
        tenants.add(pool.tenant)


def _pair(declared: Declared[Stack], key: str, pair: HAProxyPair) -> Iterator[Problem]:
    names: set[str] = set()
    priorities: dict[int, str] = {}
    for index, host in enumerate(pair.hosts):
        path: KeyPath = (key, "hosts", index)
        if host.address not in pair.segment:
            found = f"{host.address} is outside the segment, where the other hosts are"
            yield declared.problem("outside-segment", (*path, "address"), found, str(pair.segment))
        if host.name in names:
            found = f"host '{host.name}' stands here again"
            yield declared.problem("host-taken", (*path, "name"), found, "each host once")
        names.add(host.name)
        if priorities.setdefault(host.priority, host.name) != host.name:
            found = f"{priorities[host.priority]} has priority {host.priority}, too"
            hint = "With equal ones it is chance who holds the addresses after a restart"
            yield declared.problem(
                "same-priority", (*path, "priority"), found, "a priority of its own", hint
            )
    for index, vips in enumerate(pair.vips):
        if not vips.subnet_of(pair.segment):
            found = f"{vips} is outside the segment: no host could answer for an address of it"
            yield declared.problem(
                "outside-segment", (key, "vips", index), found, f"a part of {pair.segment}"
            )
