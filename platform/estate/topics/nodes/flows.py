"""Flows of nodes: platform pods to the name service, clients to addresses that move (E4, J1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.flows.model import FloatingFlow, Flow, NameFlow
from estate.plan import Plan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_NAMESPACES


def flows_of_nodes(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of one zone."""
    for namespace in PLATFORM_NAMESPACES:
        yield NameFlow(zone=plan.zone, subject=namespace, namespace=namespace)
    for pool in plan.of(NodesPlan).pools:
        for address in pool.keepalived.addresses if pool.keepalived else ():
            yield FloatingFlow(
                zone=plan.zone,
                subject=pool.name,
                available=len(pool.nodes) > 1,
                address=address.address,
                nodes=tuple(node.name for node in pool.nodes),
            )
