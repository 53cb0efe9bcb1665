"""The entry of the topic node_ports."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.node_ports.checks import check_node_ports
from estate.topics.node_ports.documents import node_port_documents
from estate.topics.node_ports.plan import NodePortsPlan, plan_node_ports

TOPIC = Topic(
    name="node_ports",
    checks=(lambda given: check_node_ports(given.catalogue),),
    derive=lambda given, zone, plan: (
        NodePortsPlan(node_ports=plan_node_ports(given.catalogue, zone)),
    ),
    documents=(node_port_documents,),
)
