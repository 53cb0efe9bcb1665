"""Node pools: what each has for pods, and whether it survives the loss of a node (D4, X4)."""

from __future__ import annotations

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.values import Zone
from estate.topics.nodes.declare import Node, NodeSize, Pool
from estate.topics.nodes.plan.daemon_sets import daemon_sets
from estate.topics.nodes.plan.model import Amount, NodePlan, PoolPlan, Taint

POOL_LABEL = "node-restriction.kubernetes.io/pool"
"""A kubelet cannot give itself labels with this prefix (C6)."""

EGRESS_ASSIGNABLE = "k8s.ovn.org/egress-assignable"
"""OVN-Kubernetes puts egress addresses on nodes with this label only (F3)."""

EVICTION_MEMORY = 100 * 2**20
"""``evictionHard: memory.available`` of every kubelet; comes off allocatable (I5). The kubelet's
own default on Linux (kubernetes.io/docs, "Node-pressure Eviction")."""


def plan_pools(catalogue: Catalogue, zone: Zone) -> tuple[PoolPlan, ...]:
    """The zone's pools with their nodes, by name."""
    stack = catalogue.stack(zone)
    taken = daemon_sets_amount(stack)
    return tuple(
        PoolPlan(
            name=pool.name,
            zone=zone,
            tenant=pool.tenant,
            app=pool.app,
            role=pool.role,
            labels=_labels(stack, pool),
            keepalived=pool.keepalived,
            nodes=tuple(
                _node(node, stack.node_sizes[node.size], taken)
                for node in catalogue.nodes_of(zone, pool.name)
            ),
            taints=(
                (Taint(key="dedicated", value=pool.name, effect="NoSchedule"),)
                if pool.tenant or pool.role
                else ()
            ),
        )
        for pool in sorted(stack.pools, key=lambda pool: pool.name)
    )


def _labels(stack: Stack, pool: Pool) -> tuple[tuple[str, str], ...]:
    takes_addresses = stack.network.pod_egress_identity == "egress" and pool.role == "egress"
    return ((EGRESS_ASSIGNABLE, ""),) if takes_addresses else ()


def room_of(catalogue: Catalogue, zone: Zone, pool: str) -> Amount | None:
    """What apps can have of a pool's nodes; None where it has none, or a size is not known."""
    stack = catalogue.stack(zone)
    nodes = catalogue.nodes_of(zone, pool)
    if not nodes or any(node.size not in stack.node_sizes for node in nodes):
        return None
    taken = daemon_sets_amount(stack)
    planned = (_node(node, stack.node_sizes[node.size], taken) for node in nodes)
    return sum((node.room for node in planned), Amount())


def daemon_sets_amount(stack: Stack) -> Amount:
    """What all daemon sets together take on a node, one pod each."""
    return sum(daemon_sets(stack).values(), Amount())


def _node(node: Node, size: NodeSize, taken: Amount) -> NodePlan:
    capacity = Amount(cpu=size.cpu, memory=size.memory, pods=size.pods)
    reserved = Amount(cpu=size.reserved.cpu, memory=size.reserved.memory)
    return NodePlan(
        name=node.name,
        address=node.address,
        rack=node.rack,
        size=node.size,
        capacity=capacity,
        reserved=reserved,
        allocatable=capacity - reserved - Amount(memory=EVICTION_MEMORY),
        daemon_sets=taken,
    )
