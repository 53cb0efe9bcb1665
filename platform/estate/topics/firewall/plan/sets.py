"""Sets of addresses that the estate has a name for: what rules call their groups (E14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from estate.declarations.stack import Stack
from estate.reader.values import Zone
from estate.topics.exposure.declare.load_balancers import F5
from estate.topics.exposure.plan.balancers import balancers
from estate.topics.firewall.plan.rules import NamedSet


def named_sets(stack: Stack, zone: Zone) -> tuple[NamedSet, ...]:
    """Load balancers, masters, pools and the addresses that pools hold; the first name counts."""
    return tuple((name, found) for name, found in _sets(stack, zone) if found)


def _sets(stack: Stack, zone: Zone) -> Iterator[NamedSet]:
    for _, balancer in balancers(stack):
        yield balancer.name, _addresses(balancer.sources)
        for pool in balancer.snat_pools if isinstance(balancer, F5) else ():
            both = (*balancer.sources, *pool.addresses)
            yield f"{balancer.name}-{pool.tenant}", _addresses(pool.addresses)
            yield f"{balancer.name}-with-{pool.tenant}", _addresses(both)
    masters = [node.address for node in stack.masters.nodes] if stack.masters else []
    nodes = [node.address for node in stack.nodes]
    yield f"{zone}-masters", _addresses(masters)
    yield f"{zone}-machines", _addresses((*nodes, *masters))
    yield f"{zone}-nodes", _addresses(nodes)
    for pool in sorted(stack.pools, key=lambda one: one.name):
        own = (node.address for node in stack.nodes if node.pool == pool.name)
        yield f"{zone}-pool-{pool.name}", _addresses(own)
        if pool.keepalived:
            held = (address.address for address in pool.keepalived.addresses)
            yield f"{zone}-addresses-{pool.name}", _addresses(held)


def _addresses(found: Iterable[IPv4Address]) -> frozenset[IPv4Network]:
    return frozenset(IPv4Network(address) for address in found)
