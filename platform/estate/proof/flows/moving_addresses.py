"""Addresses that keepalived moves between the nodes of a pool, behind the load balancer (E4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.plan import Plan
from estate.proof.emitted import Place
from estate.proof.engine.flows import Flow
from estate.proof.engine.trail import Trail


@dataclass(frozen=True, kw_only=True)
class FloatingFlow(Flow):
    """Clients of an address, to the node that holds it now; any node of the pool may."""

    address: IPv4Address
    nodes: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.address} -> a node of {self.subject}"

    @property
    def endpoints(self) -> Mapping[IPv4Network, str]:
        return {IPv4Network(self.address): f"an address of the pool {self.subject}"}


def floating_flows(plan: Plan) -> Iterator[Flow]:
    """One for each address that moves."""
    for pool in plan.pools:
        for one in pool.keepalived.addresses if pool.keepalived else ():
            yield FloatingFlow(
                zone=plan.zone,
                subject=pool.name,
                available=len(pool.nodes) > 1,
                address=one.address,
                nodes=tuple(node.name for node in pool.nodes),
            )


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
    trail.carried(f"a holder of {flow.address}", [one for one in hosts if one in flow.nodes])
