"""Connections within logging; the namespace is closed otherwise (C3)."""

from __future__ import annotations

from estate.objects.manifest import Manifest
from estate.objects.network_policy import Pods, allow_from_pods, allow_to_pods
from estate.topics.logging.plan import names
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.logging.plan.sizes import SETS
from estate.topics.nodes.manifests.service import Service

CLIENTS = (names.COLLECTOR, names.EXPORTER, names.KIBANA, names.SETUP)
"""Who asks Elasticsearch."""


def policies(plan: LoggingPlan) -> list[Manifest]:
    """Nodes of Elasticsearch to each other, clients to those that take logs in."""
    nodes = [Service(name=part, placement=plan.placement) for part in SETS.values()]
    hot = Service(name=SETS["hot"], placement=plan.placement)
    peers = [_pods(node, names.TRANSPORT_PORT) for node in nodes]
    found: list[Manifest] = []
    for node in nodes:
        common = (node.namespace, node.labels, node.selector, peers)
        found.append(allow_from_pods(f"{node.name}-from-peers", *common))
        found.append(allow_to_pods(f"{node.name}-to-peers", *common))
    clients = [Service(name=name, placement=plan.placement) for name in CLIENTS]
    found.append(
        allow_from_pods(
            "elasticsearch-from-clients",
            hot.namespace,
            hot.labels,
            hot.selector,
            [_pods(client, names.HTTP_PORT) for client in clients],
        )
    )
    for client in clients:
        found.append(
            allow_to_pods(
                f"{client.name}-to-elasticsearch",
                client.namespace,
                client.labels,
                client.selector,
                [_pods(hot, names.HTTP_PORT)],
            )
        )
    people, job = (
        Service(name=name, placement=plan.placement) for name in (names.KIBANA, names.SETUP)
    )
    return [
        *found,
        allow_from_pods(
            "kibana-from-setup",
            people.namespace,
            people.labels,
            people.selector,
            [_pods(job, names.KIBANA_PORT)],
        ),
        allow_to_pods(
            "setup-to-kibana",
            job.namespace,
            job.labels,
            job.selector,
            [_pods(people, names.KIBANA_PORT)],
        ),
    ]


def _pods(service: Service, port: int) -> Pods:
    return service.namespace, service.selector, port
