"""Flows of logging: its parts, people to Kibana, load balancers' access logs (H3 to H5, C3)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.flows.model import CallFlow, ClientFlow, DeviceFlow, Flow, MountFlow
from estate.flows.pods import service_pods
from estate.plan import Plan
from estate.topics.egress.plan.crossing import firewalls_before
from estate.topics.exposure.declare.load_balancers import HAProxyPair
from estate.topics.exposure.plan.balancers import balancers_of
from estate.topics.exposure.plan.log_intake import INTAKE
from estate.topics.exposure.plan.log_intake import PORT as INTAKE_PORT
from estate.topics.logging.plan.logging import COLLECTOR, EXPORTER, LoggingPlan
from estate.topics.logging.plan.names import (
    ELASTICSEARCH,
    HTTP_PORT,
    KIBANA,
    KIBANA_PORT,
    SETUP,
    TRANSPORT_PORT,
)
from estate.topics.logging.plan.sizes import SETS
from estate.topics.nodes.plan import NodesPlan

CLIENTS = (EXPORTER, KIBANA, COLLECTOR, SETUP)
"""Who asks Elasticsearch, and sends to it."""


def flows_of_logging(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of a zone that keeps its logs."""
    if logged := plan.find(LoggingPlan):
        yield from _within(logged)
        yield from _people(plan, logged, loaded)
        yield from _devices(plan, logged, loaded)
        yield from _snapshots(plan, logged, loaded)


def _within(plan: LoggingPlan) -> Iterator[Flow]:
    for callee in SETS.values():
        for caller in SETS.values():
            yield _call(plan, caller, callee, callee, TRANSPORT_PORT)
    for client in CLIENTS:
        yield _call(plan, client, SETS["hot"], ELASTICSEARCH, HTTP_PORT)
    yield _call(plan, SETUP, KIBANA, KIBANA, KIBANA_PORT)


def _call(plan: LoggingPlan, caller: str, callee: str, service: str, number: int) -> CallFlow:
    namespace = plan.placement.namespace
    return CallFlow(
        zone=plan.placement.zone,
        subject="logging",
        available=caller not in (EXPORTER, SETUP),
        callers=service_pods(namespace, caller),
        callees=service_pods(namespace, callee),
        service=service,
        port=number,
        pod_port=number,
    )


def _people(plan: Plan, logged: LoggingPlan, loaded: Loaded) -> Iterator[Flow]:
    """To Kibana, where it is published."""
    if logged.access is None:
        return
    server = logged.access.server
    yield ClientFlow(
        zone=plan.zone,
        subject=KIBANA,
        available=True,
        address=server.address,
        port=server.port,
        clients=server.clients,
        members=server.members,
        pods=service_pods(logged.placement.namespace, KIBANA),
        pod_port=KIBANA_PORT,
        before_vips=firewalls_before(loaded, plan.zone, "vips"),
        before_nodes=firewalls_before(loaded, plan.zone, "nodes"),
    )


def _devices(plan: Plan, logged: LoggingPlan, loaded: Loaded) -> Iterator[Flow]:
    """From every device that is declared to send its lines."""
    if logged.intake is None:
        return
    pairs = {balancer.name for balancer in balancers_of(plan) if isinstance(balancer, HAProxyPair)}
    for device in logged.intake.devices:
        yield DeviceFlow(
            zone=plan.zone,
            subject=INTAKE,
            available=True,
            device=device.name,
            pair=device.name if device.name in pairs else "",
            sources=device.addresses,
            nodes=logged.intake.members,
            pods=service_pods(logged.placement.namespace, INTAKE),
            pod_port=INTAKE_PORT,
            firewalls=firewalls_before(loaded, plan.zone, "nodes"),
        )


def _snapshots(plan: Plan, logged: LoggingPlan, loaded: Loaded) -> Iterator[Flow]:
    """Every node of Elasticsearch to the directory that they share."""
    found = logged.snapshots
    if found is None:
        return
    (pool,) = (one for one in plan.of(NodesPlan).pools if one.name == logged.placement.pool)
    for name in SETS.values():
        yield MountFlow(
            zone=plan.zone,
            subject=name,
            available=True,
            pods=service_pods(logged.placement.namespace, name),
            namespace=logged.placement.namespace,
            filer=found.filer,
            address=found.filer_address,
            directory=found.directory,
            nodes=tuple(node.address for node in pool.nodes),
            firewalls=firewalls_before(loaded, plan.zone, "servers"),
        )
