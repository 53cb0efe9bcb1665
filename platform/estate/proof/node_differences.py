"""The live nodes held against the inventory: what differs is reported, never patched (D2, D5).

Taints are an atomic list that controllers write to as well, so the kubelet registers them and
nothing of ours ever changes them: a node that joined with other taints takes foreign pods, or
repels its own, until somebody corrects it by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from estate.objects.quantity import quantity
from estate.plan import Plan
from estate.proof.live_nodes import LiveNode
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import RACK_LABEL, NodePlan, PoolPlan, Taint
from estate.topics.nodes.plan.pools import POOL_LABEL

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
"""Masters are no part of the inventory: no app runs there."""

BY_CONTROLLERS = "node.kubernetes.io/"
"""Taints with this prefix come and go with a node's health."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One fact of one node."""

    node: str
    fact: str
    """``node``, ``address``, ``label``, ``taints``, ``cpu``, ``memory`` or ``pods``."""
    declared: str
    found: str
    remedy: str


def node_differences(plan: Plan, live: Iterable[LiveNode]) -> tuple[Difference, ...]:
    """Every difference between the zone's inventory and ``live``, the cluster's nodes."""
    found = {one.metadata.name: one for one in live}
    planned = {node.name: (pool, node) for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    differences: list[Difference] = []
    for name, (pool, node) in sorted(planned.items()):
        if name in found:
            differences += _node(pool, node, found[name])
        else:
            differences.append(
                Difference(
                    node=name,
                    fact="node",
                    declared=f"in pool '{pool.name}'",
                    found="not in the cluster",
                    remedy="Let it join, or take it out of estate:nodes",
                )
            )
    for name in sorted(found.keys() - planned.keys()):
        if CONTROL_PLANE not in found[name].metadata.labels:
            differences.append(
                Difference(
                    node=name,
                    fact="node",
                    declared="not in the inventory",
                    found="in the cluster",
                    remedy="Add it to estate:nodes, or drain and remove it",
                )
            )
    return tuple(differences)


def _node(pool: PoolPlan, node: NodePlan, live: LiveNode) -> Iterator[Difference]:
    addresses = [
        address.address for address in live.status.addresses if address.type == "InternalIP"
    ]
    if addresses != [str(node.address)]:
        yield Difference(
            node=node.name,
            fact="address",
            declared=str(node.address),
            found=", ".join(addresses) or "none",
            remedy="Correct estate:nodes: F5 and firewall rows name this address",
        )
    for key, value in ((POOL_LABEL, pool.name), (RACK_LABEL, node.rack)):
        label = live.metadata.labels.get(key)
        if label != value:
            yield Difference(
                node=node.name,
                fact="label",
                declared=f"{key}={value}",
                found=f"{key}={label}" if label else "no such label",
                remedy="pulumi refresh, then pulumi up: the label is ours",
            )
    yield from _taints(pool, node, live)
    yield from _allocatable(node, live.status.allocatable)


def _taints(pool: PoolPlan, node: NodePlan, live: LiveNode) -> Iterator[Difference]:
    declared = {_taint(taint) for taint in pool.taints}
    found = {str(taint) for taint in live.spec.taints if not taint.key.startswith(BY_CONTROLLERS)}
    if declared == found:
        return
    missing = sorted(declared - found)
    replaced = {_slot(one) for one in missing}
    surplus = [f"{one}-" for one in sorted(found - declared) if _slot(one) not in replaced]
    yield Difference(
        node=node.name,
        fact="taints",
        declared=", ".join(sorted(declared)) or "none",
        found=", ".join(sorted(found)) or "none",
        remedy=f"kubectl taint node {node.name} --overwrite {' '.join([*missing, *surplus])}; "
        "and correct the kubelet's file, or the next node to join has them again",
    )


def _slot(taint: str) -> tuple[str, str]:
    """Key and effect: a node has one taint of each such pair."""
    rest, effect = taint.rsplit(":", 1)
    return rest.split("=", 1)[0], effect


def _taint(taint: Taint) -> str:
    return f"{taint.key}={taint.value}:{taint.effect}"


def _allocatable(node: NodePlan, live: Mapping[str, str]) -> Iterator[Difference]:
    """Less than planned is a difference; more is not: apps still fit."""
    facts = (
        ("cpu", node.allocatable.cpu, 1000, "m"),
        ("memory", node.allocatable.memory, 1, ""),
        ("pods", node.allocatable.pods, 1, ""),
    )
    for fact, planned, scale, unit in facts:
        found = quantity(live.get(fact, "0")) * scale
        if found < planned:
            yield Difference(
                node=node.name,
                fact=fact,
                declared=f"{planned}{unit} for pods",
                found=f"{int(found)}{unit}",
                remedy="Correct estate:node_sizes or the kubelet's reserves: "
                "the pool was proved with the declared amount",
            )
