"""Keepalived: who may hold which virtual address, and under which number (E4, E11).

VRRP numbers (VRIDs) are unique in a layer 2 segment: two groups that share one take each other's
addresses away. So everything that speaks VRRP in a segment stands in one register.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.declarations.stack import Stack
from estate.plan import Plan
from estate.reader.problems import KeyPath
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.exposure.plan.balancers import PLATFORM, balancers, carried
from estate.topics.exposure.plan.model import API_SERVER
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.declare import PoolKeepalived
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import MASTERS, PoolPlan

HAPROXY_STATUS = 8405
"""Where HAProxy says on the host's loopback address that it serves."""

PROXY_HEALTH = 10256
"""Where a node says that it forwards to services: kube-proxy's own, and what replaces it."""

_HIGHEST = 200
"""The priority of a node for the address that it holds first."""

PASSWORD_LENGTH = 8
"""VRRP takes no longer one: keepalived cuts it off."""


@dataclass(frozen=True, kw_only=True)
class VirtualRouter:
    """One line of the register: a number that is taken in a segment."""

    segment: IPv4Network
    number: int
    holder: str


@dataclass(frozen=True, kw_only=True)
class VrrpPlan:
    """A host's part in a group of hosts among which virtual addresses move (E4, E11)."""

    name: str
    segment: IPv4Network
    virtual_router: int
    """The group's number (VRID), unique in the segment."""
    interface: str
    priority: int
    source: IPv4Address
    """The host's own address."""
    peers: tuple[IPv4Address, ...]
    """The other hosts' addresses."""
    addresses: tuple[IPv4Address, ...]
    """What moves."""
    preempt_delay: int | None
    """Seconds after which it takes the addresses from a host with a lower priority; None: never."""


@dataclass(frozen=True, kw_only=True)
class KeepalivedPlan:
    """What keepalived does on one host."""

    host: str
    group: str
    """The hosts that share a password."""
    password: str
    """The name of the secret that they know each other by."""
    before_the_cluster: bool = False
    """Whether the API servers are reached by what the hosts hold: then no stack can know it."""
    check: str
    """The URL that answers while the host may hold addresses."""
    instances: tuple[VrrpPlan, ...]


def keepalived_plans(plan: Plan) -> Iterator[KeepalivedPlan]:
    """What keepalived does on each host that holds virtual addresses."""
    for balancer, servers in carried(plan):
        addresses = tuple(sorted({server.address for server in servers if server.running}))
        if isinstance(balancer, HAProxyPair) and addresses:
            early = any(
                server.name == API_SERVER and server.partition == PLATFORM for server in servers
            )
            yield from _pair(balancer, addresses, early)
    for pool in plan.of(NodesPlan).pools:
        if pool.keepalived:
            yield from _pool(pool, pool.keepalived, plan.of(NetworkPlan).network.nodes)


def router_addresses(stack: Stack, pool: str) -> tuple[IPv4Address, ...]:
    """The load balancer's members in place of the pool's nodes; may be none."""
    return tuple(
        sorted(
            moving.address
            for one in stack.pools
            if one.name == pool and one.keepalived
            for moving in one.keepalived.addresses
        )
    )


def _pool(pool: PoolPlan, moving: PoolKeepalived, nodes: IPv4Network) -> Iterator[KeepalivedPlan]:
    """Each address has a node of its own that holds it first, and every node may hold it."""
    count = len(pool.nodes)
    for place, node in enumerate(pool.nodes):
        yield KeepalivedPlan(
            host=node.name,
            group=pool.name,
            password=auth_pass(pool.name),
            check=f"http://127.0.0.1:{PROXY_HEALTH}/healthz",
            instances=tuple(
                VrrpPlan(
                    name=f"{pool.name}-{address.virtual_router}",
                    segment=nodes,
                    virtual_router=address.virtual_router,
                    interface=moving.interface,
                    priority=_HIGHEST - (place - at) % count,
                    source=node.address,
                    peers=tuple(other.address for other in pool.nodes if other.name != node.name),
                    addresses=(address.address,),
                    preempt_delay=moving.preempt_delay,
                )
                for at, address in enumerate(moving.addresses)
            ),
        )


def _pair(
    pair: HAProxyPair, addresses: tuple[IPv4Address, ...], early: bool
) -> Iterator[KeepalivedPlan]:
    for host in pair.hosts:
        yield KeepalivedPlan(
            host=host.name,
            group=pair.name,
            password=f"keepalived-{pair.name}" if early else auth_pass(pair.name),
            before_the_cluster=early,
            check=f"http://127.0.0.1:{HAPROXY_STATUS}/alive",
            instances=(
                VrrpPlan(
                    name=pair.name,
                    segment=pair.segment,
                    virtual_router=pair.virtual_router,
                    interface=host.interface,
                    priority=host.priority,
                    source=host.address,
                    peers=tuple(
                        pair_host.address for pair_host in pair.hosts if pair_host.name != host.name
                    ),
                    addresses=addresses,
                    preempt_delay=pair.preempt_delay,
                ),
            ),
        )


def auth_pass(group: str) -> str:
    """The reference to the password by which the hosts of a group know each other."""
    return f"keepalived/{group}/auth_pass"


def virtual_routers(stack: Stack) -> Iterator[tuple[KeyPath, VirtualRouter]]:
    """The register of a zone, each line with the place that declares it."""
    for key, balancer in balancers(stack):
        if not isinstance(balancer, HAProxyPair):
            continue
        path: KeyPath = (key, "virtual_router")
        yield (
            path,
            VirtualRouter(
                segment=balancer.segment, number=balancer.virtual_router, holder=balancer.name
            ),
        )
        for index, number in enumerate(balancer.taken_virtual_routers):
            yield (
                (key, "taken_virtual_routers", index),
                VirtualRouter(segment=balancer.segment, number=number, holder="another team"),
            )
    yield from _of_pools(stack)
    if stack.masters and (moving := stack.masters.keepalived):
        yield (
            ("masters", "keepalived", "virtual_router"),
            VirtualRouter(
                segment=stack.network.nodes, number=moving.virtual_router, holder=MASTERS
            ),
        )


def _of_pools(stack: Stack) -> Iterator[tuple[KeyPath, VirtualRouter]]:
    for index, pool in enumerate(stack.pools):
        if pool.keepalived is None:
            continue
        place: KeyPath = ("pools", index, "keepalived")
        for at, moving in enumerate(pool.keepalived.addresses):
            yield (
                (*place, "addresses", at, "virtual_router"),
                VirtualRouter(
                    segment=stack.network.nodes, number=moving.virtual_router, holder=pool.name
                ),
            )
        for at, number in enumerate(pool.keepalived.taken_virtual_routers):
            yield (
                (*place, "taken_virtual_routers", at),
                VirtualRouter(segment=stack.network.nodes, number=number, holder="another team"),
            )
