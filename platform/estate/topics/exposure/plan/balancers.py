"""Load balancers: which carries what, and what each of them can do (E3, E9, E11)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from estate.declarations.stack import Stack
from estate.plan import Plan
from estate.reader.problems import KeyPath
from estate.topics.exposure.declare.load_balancers import F5, HAProxyPair, LoadBalancer
from estate.topics.exposure.plan import ExposurePlan, VirtualServersPlan
from estate.topics.exposure.plan.model import API_SERVER, VirtualServerPlan

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
    pair: HAProxyPair | None = plan.of(ExposurePlan).platform_load_balancer
    masters = plan.of(ExposurePlan).masters_pair
    theirs = tuple(
        virtual_server
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if masters and _of_masters(virtual_server)
    )
    servers = tuple(
        virtual_server
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if virtual_server not in theirs
    )
    yield (
        plan.of(ExposurePlan).load_balancer,
        tuple(server for server in servers if pair is None or server.partition != PLATFORM),
    )
    if pair:
        yield pair, tuple(server for server in servers if server.partition == PLATFORM)
    if masters:
        yield masters, theirs


def balancers_of(plan: Plan) -> tuple[LoadBalancer, ...]:
    """The zone's load balancers: what its stack declares, without its masters."""
    pair = plan.of(ExposurePlan).platform_load_balancer
    return (plan.of(ExposurePlan).load_balancer, *([pair] if pair else []))
