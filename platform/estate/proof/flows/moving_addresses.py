"""Addresses that keepalived moves between the nodes of a pool, behind the load balancer (E4)."""

from __future__ import annotations

from estate.flows.model import FloatingFlow
from estate.proof.emitted import Place
from estate.proof.engine.trail import Trail


def follow_floating(trail: Trail, flow: FloatingFlow) -> None:
    """Every node of the pool has to be ready to hold it."""
    hosts = trail.view.holders.get((flow.subject, flow.address), {})
    for node in flow.nodes:
        if node not in hosts:
            trail.broken(
                Place(f"{trail.view.zone}/documents/keepalived/{flow.subject}/{node}"),
                f"{node} does not take {flow.address} over",
                "Its keepalived.conf has to list the address among its virtual addresses",
            )
    trail.hop(
        f"{flow.address} on a node of {flow.subject}",
        *(place for node, place in hosts.items() if node in flow.nodes),
    )
    trail.carried(f"a holder of {flow.address}", [host for host in hosts if host in flow.nodes])
