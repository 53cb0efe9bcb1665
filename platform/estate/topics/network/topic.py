"""The entry of the topic network."""

from __future__ import annotations

from estate.topic import Topic
from estate.topics.network.checks.packets import check_packets
from estate.topics.network.documents.network import network_documents
from estate.topics.network.documents.routes import route_documents
from estate.topics.network.plan import NetworkPlan

TOPIC = Topic(
    name="network",
    checks=(lambda given: check_packets(given.catalogue),),
    derive=lambda given, zone, plan: (NetworkPlan(network=given.catalogue.stack(zone).network),),
    documents=(network_documents, route_documents),
)
