"""The entry of the topic network."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.reader.values import Zone
from estate.topic import Given, Topic
from estate.topics.network.checks.packets import check_packets
from estate.topics.network.documents.network import network_documents
from estate.topics.network.documents.routes import route_documents
from estate.topics.network.plan import NetworkPlan, data_plane


def _derive(given: Given, zone: Zone, plan: Plan) -> Iterator[object]:
    stack = given.catalogue.stack(zone)
    yield NetworkPlan(
        network=stack.network, data_plane=data_plane(stack.network, stack.cluster.version)
    )


TOPIC = Topic(
    name="network",
    checks=(lambda given: check_packets(given.catalogue),),
    derive=_derive,
    documents=(network_documents, route_documents),
)
