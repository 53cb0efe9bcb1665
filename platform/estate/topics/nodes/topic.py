"""The entry of the topic nodes."""

from __future__ import annotations

from estate.topic import Kind, Stage, Topic
from estate.topics.nodes.checks import check_daemon_sets
from estate.topics.nodes.flows import flows_of_nodes
from estate.topics.nodes.manifests.node_pool import node_pool
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import PoolPlan

_POOL = Kind[PoolPlan](
    family="pools", stage=Stage.POOLS, manifests=node_pool, component="nodes:node_pool"
)

TOPIC = Topic(
    name="nodes",
    checks=(lambda given: check_daemon_sets(given.catalogue),),
    derive=lambda given, zone, plan: (
        NodesPlan(pools=given.pools[zone], time=given.catalogue.stack(zone).time),
    ),
    groups=lambda plan: (_POOL.group(pool.name, pool) for pool in plan.of(NodesPlan).pools),
    flows=flows_of_nodes,
)
