"""Flows of monitoring: to its parts, to nodes and masters, virtual servers, receivers (I2)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from estate.declarations.load import Loaded
from estate.flows.model import CallFlow, ClusterFlow, Flow, NodeFlow, OutFlow, ServedFlow
from estate.flows.pods import NAME_SERVICE, PodGroup, service_pods
from estate.plan import Plan
from estate.reader.values import Zone
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.monitoring.plan.names import (
    ALERTMANAGER,
    BLACKBOX,
    GOSSIP_PORT,
    GRAFANA,
    KUBE_STATE_METRICS,
    METRICS_SERVER,
    METRICS_SERVER_PORT,
    NAME_SERVICE_METRICS,
    NODE,
    NODE_EXPORTER,
    PORTS,
    PROMETHEUS,
    node_ports_read,
)
from estate.topics.monitoring.plan.scraped_services import scraped_services
from estate.topics.nodes.plan.platform_namespaces import PROMETHEUS as PROMETHEUS_PODS


def flows_of_monitoring(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of a zone that is watched; what services say of themselves is open before that."""
    namespace, _ = PROMETHEUS_PODS
    for service in scraped_services(plan):
        yield CallFlow(
            zone=plan.zone,
            subject="monitoring",
            callers=service_pods(namespace, PROMETHEUS),
            callees=service_pods(service.namespace, service.name),
            service=f"{service.name}-metrics",
            port=service.port,
            pod_port=service.port,
        )
    if watched := plan.find(MonitoringPlan):
        yield from _Watch(watched).flows()


class _Watch:
    def __init__(self, plan: MonitoringPlan) -> None:
        self._plan = plan
        self._zone: Zone = plan.placement.zone
        self._prometheus = self._part(PROMETHEUS)

    def flows(self) -> Iterator[Flow]:
        for name, number in PORTS.items():
            yield self._call(self._prometheus, name, name, number)
        yield self._call(self._part(GRAFANA), PROMETHEUS, PROMETHEUS, PORTS[PROMETHEUS])
        alertmanager = self._part(ALERTMANAGER)
        yield self._call(alertmanager, ALERTMANAGER, f"{ALERTMANAGER}-peers", GOSSIP_PORT)
        for number in node_ports_read(self._plan.network.cni):
            yield self._nodes(self._prometheus, number)
        yield ClusterFlow(
            zone=self._zone,
            subject="monitoring",
            callers=self._prometheus,
            callees=NAME_SERVICE,
            port=NAME_SERVICE_METRICS,
        )
        exporter = self._part(NODE_EXPORTER)
        yield self._nodes(self._prometheus, NODE.node_exporter, held_by=exporter)
        yield self._nodes(self._part(KUBE_STATE_METRICS), NODE.api_server)
        mail = self._plan.declared.mail
        yield self._out(alertmanager, "mail", mail.address, mail.port)
        for webhook in self._plan.declared.webhooks:
            yield self._out(alertmanager, webhook.name, webhook.address, webhook.port)
        for server in (*self._plan.virtual_servers, *self._plan.machines):
            yield self._out(self._part(BLACKBOX), server.name, server.address, server.port)
        yield self._nodes(self._part(BLACKBOX), NODE.proxy_health)
        if self._plan.serves_resource_metrics:
            yield from self._resource_metrics()

    def _resource_metrics(self) -> Iterator[Flow]:
        pods = self._part(METRICS_SERVER)
        network = self._plan.network
        for number in (NODE.api_server, NODE.kubelet):
            yield self._nodes(pods, number)
        yield ServedFlow(
            zone=self._zone,
            subject="monitoring",
            available=True,
            sources=(network.nodes, *((network.tunnels,) if network.tunnels else ())),
            pods=pods,
            service=METRICS_SERVER,
            port=443,
            pod_port=METRICS_SERVER_PORT,
        )

    def _part(self, name: str) -> PodGroup:
        return service_pods(self._plan.placement.namespace, name)

    def _call(self, callers: PodGroup, callee: str, service: str, number: int) -> CallFlow:
        return CallFlow(
            zone=self._zone,
            subject="monitoring",
            callers=callers,
            callees=self._part(callee),
            service=service,
            port=number,
            pod_port=number,
        )

    def _nodes(self, pods: PodGroup, number: int, held_by: PodGroup | None = None) -> NodeFlow:
        return NodeFlow(
            zone=self._zone,
            subject="monitoring",
            pods=pods,
            nodes=self._plan.network.nodes,
            port=number,
            held_by=held_by,
        )

    def _out(self, pods: PodGroup, server: str, address: IPv4Address, number: int) -> OutFlow:
        return OutFlow(
            zone=self._zone,
            subject="monitoring",
            pods=pods,
            server=server,
            address=address,
            port=number,
            firewalls=(),
        )
