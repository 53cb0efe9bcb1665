"""The masters as a pair of hosts: HAProxy and keepalived in front of their API servers."""

from __future__ import annotations

from ipaddress import IPv4Network

from estate.declarations.stack import Stack
from estate.topics.exposure.declare.load_balancers import HAProxyPair, PairHost
from estate.topics.nodes.plan.model import MASTERS

_HIGHEST = 200
"""The priority of the first master."""


def masters_pair(stack: Stack) -> HAProxyPair | None:
    """The masters as what they are for their endpoint: hosts among which an address moves."""
    declared = stack.masters
    moving = declared.keepalived if declared else None
    if declared is None or moving is None:
        return None
    return HAProxyPair(
        kind="haproxy",
        name=MASTERS,
        hosts=tuple(
            PairHost(
                name=node.name,
                address=node.address,
                interface=moving.interface,
                priority=_HIGHEST - place,
            )
            for place, node in enumerate(declared.nodes)
        ),
        segment=stack.network.nodes,
        virtual_router=moving.virtual_router,
        vips=(IPv4Network(stack.cluster.api_server.address),),
    )
