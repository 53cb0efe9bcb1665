"""Load balancers: which carries what, and what each of them can do (E3, E9, E11)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from estate.declare import Declared, Problem
from estate.declare.models import F5, HAProxyPair, LoadBalancer, Stack
from estate.declare.problems import KeyPath
from estate.plan.catalogue import Catalogue, unknown
from estate.plan.control_plane import API_SERVER
from estate.plan.model.exposure import VirtualServerPlan
from estate.plan.model.zone import Plan

PLATFORM = "platform"
"""The partition of what the platform itself is reached by."""


def balancers(stack: Stack) -> list[tuple[str, LoadBalancer]]:
    """The zone's load balancers, each with the key of the stack file that declares it."""
    pair = stack.platform_load_balancer
    return [
        ("load_balancer", stack.load_balancer),
        *([("platform_load_balancer", pair)] if pair else []),
    ]


def carrier(stack: Stack, partition: str) -> LoadBalancer:
    """The load balancer that carries the virtual servers of a partition."""
    pair = stack.platform_load_balancer
    return pair if pair and partition == PLATFORM else stack.load_balancer


def held_by_masters(stack: Stack, server: VirtualServerPlan) -> bool:
    """Whether the masters themselves answer at its address (A3)."""
    return bool(stack.masters and stack.masters.keepalived) and _of_masters(server)


def _of_masters(server: VirtualServerPlan) -> bool:
    return (server.partition, server.name) == (PLATFORM, API_SERVER)


def sources_of(
    balancer: LoadBalancer, partition: str, snat: Literal["auto", "none"]
) -> tuple[IPv4Address, ...]:
    """Where monitors come from, and connections of a partition that are translated (E3, E14)."""
    pool = balancer.snat_pool(partition) if isinstance(balancer, F5) and snat == "auto" else ()
    return (*balancer.sources, *pool)


def vips_of(stack: Stack) -> tuple[IPv4Network, ...]:
    """Where virtual addresses of the zone may be taken from."""
    return tuple(cidr for _, balancer in balancers(stack) for cidr in balancer.vips)


def balancer_addresses(stack: Stack) -> Iterator[tuple[KeyPath, str, IPv4Address]]:
    """The load balancers' own addresses: where each stands, whose it is."""
    for key, balancer in balancers(stack):
        if isinstance(balancer, F5):
            for index, address in enumerate(balancer.self_addresses):
                yield (key, "self_addresses", index), f"the F5 {balancer.name}", address
            for number, pool in enumerate(balancer.snat_pools):
                what = f"the SNAT pool of '{pool.tenant}' on {balancer.name}"
                for index, address in enumerate(pool.addresses):
                    yield (key, "snat_pools", number, "addresses", index), what, address
        elif isinstance(balancer, HAProxyPair):
            for index, host in enumerate(balancer.hosts):
                yield (key, "hosts", index, "address"), f"host {host.name}", host.address


def carried(plan: Plan) -> Iterator[tuple[LoadBalancer, tuple[VirtualServerPlan, ...]]]:
    """Each load balancer of the zone with the virtual servers that it carries: every one once."""
    pair: HAProxyPair | None = plan.platform_load_balancer
    masters = plan.masters.pair if plan.masters else None
    theirs = tuple(one for one in plan.virtual_servers if masters and _of_masters(one))
    servers = tuple(one for one in plan.virtual_servers if one not in theirs)
    yield (
        plan.load_balancer,
        tuple(one for one in servers if pair is None or one.partition != PLATFORM),
    )
    if pair:
        yield pair, tuple(one for one in servers if one.partition == PLATFORM)
    if masters:
        yield masters, theirs


def balancers_of(plan: Plan) -> tuple[LoadBalancer, ...]:
    """The zone's load balancers: what its stack declares, without its masters."""
    pair = plan.platform_load_balancer
    return (plan.load_balancer, *([pair] if pair else []))


def check_balancers(catalogue: Catalogue) -> list[Problem]:
    """A problem for each pair whose hosts could not take each other's addresses over."""
    problems: list[Problem] = []
    for declared in catalogue.stacks.values():
        for key, balancer in balancers(declared.value):
            if isinstance(balancer, HAProxyPair):
                problems += _pair(declared, key, balancer)
            elif isinstance(balancer, F5):
                problems += _snat_pools(catalogue, declared, balancer)
    return problems


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
