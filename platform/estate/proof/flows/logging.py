"""Logging: nodes of Elasticsearch to each other, and those who ask and send (H3, C3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estate.plan import Plan
from estate.proof.engine.flows import CallFlow, Flow, service_pods
from estate.topics.logging.plan.logging import LoggingPlan

MASTER, HOT, WARM = "elasticsearch-master", "elasticsearch-hot", "elasticsearch-warm"
SETS = (MASTER, HOT, WARM)
HTTPS, TRANSPORT, KIBANA = 9200, 9300, 5601

CLIENTS = ("elasticsearch-exporter", "kibana", "log-collector", "logging-setup")
"""Who asks Elasticsearch, and sends to it."""


def log_flows(plans: Iterable[Plan]) -> Iterator[Flow]:
    """Of every zone that keeps its logs."""
    for plan in plans:
        if logged := plan.find(LoggingPlan):
            yield from _of(logged)


def _of(plan: LoggingPlan) -> Iterator[Flow]:
    for callee in SETS:
        for caller in SETS:
            yield _call(plan, caller, callee, callee, TRANSPORT)
    for client in CLIENTS:
        yield _call(plan, client, HOT, "elasticsearch", HTTPS)
    yield _call(plan, "logging-setup", "kibana", "kibana", KIBANA)


def _call(plan: LoggingPlan, caller: str, callee: str, service: str, number: int) -> CallFlow:
    namespace = plan.placement.namespace
    return CallFlow(
        zone=plan.placement.zone,
        subject="logging",
        available=caller not in ("elasticsearch-exporter", "logging-setup"),
        callers=service_pods(namespace, caller),
        callees=service_pods(namespace, callee),
        service=service,
        port=number,
        pod_port=number,
    )
