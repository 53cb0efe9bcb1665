"""Monitoring: to its parts, to nodes and masters, to virtual servers, to receivers (I2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.plan import Plan
from estate.proof.emitted import Place
from estate.proof.engine.flows import PROMETHEUS, CallFlow, Flow, Group, OutFlow, service_pods
from estate.proof.engine.trail import Trail
from estate.proof.flows.virtual_servers import runs_on
from estate.proof.readers.addresses import members
from estate.proof.readers.ports import port
from estate.reader.values import Zone
from estate.topics.monitoring.plan.monitoring import MonitoringPlan, plan_monitoring
from estate.topics.monitoring.plan.scraped_services import scraped_services

PARTS = {
    "alertmanager": 9093,
    "blackbox-exporter": 9115,
    "grafana": 3000,
    "kube-state-metrics": 8080,
    "prometheus": 9090,
}
"""What answers for metrics of its own, and where."""

GOSSIP = 9094
KUBELET, API_SERVER, ETCD, NODE_EXPORTER = 10250, 6443, 2381, 9100


@dataclass(frozen=True, kw_only=True)
class NodeFlow(Flow):
    """Pods to a port of every node and master."""

    pods: Group
    nodes: IPv4Network
    port: int
    held_by: Group | None = None
    """The pods that hold the port of their node; None where it is the node's own."""

    @property
    def text(self) -> str:
        return f"{self.pods.name} -> nodes {self.nodes}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class ServedFlow(Flow):
    """API servers to pods that serve a part of the API."""

    sources: tuple[IPv4Network, ...]
    pods: Group
    service: str
    port: int
    pod_port: int

    @property
    def text(self) -> str:
        return f"API servers -> {self.pods.namespace}/{self.service}:{self.port}"


def watch_flows(plans: Iterable[Plan]) -> Iterator[Flow]:
    """Of every zone that is watched; what services say of themselves is open before that."""
    for plan in plans:
        for one in scraped_services(plan):
            yield CallFlow(
                zone=plan.zone,
                subject="monitoring",
                callers=PROMETHEUS,
                callees=service_pods(one.namespace, one.name),
                service=f"{one.name}-metrics",
                port=one.port,
                pod_port=one.port,
            )
        if watched := plan_monitoring(plan):
            yield from _Watch(watched).flows()


class _Watch:
    def __init__(self, plan: MonitoringPlan) -> None:
        self._plan = plan
        self._zone: Zone = plan.placement.zone

    def flows(self) -> Iterator[Flow]:
        for name, number in PARTS.items():
            yield self._call(PROMETHEUS, name, name, number)
        yield self._call(self._part("grafana"), "prometheus", "prometheus", PARTS["prometheus"])
        alertmanager = self._part("alertmanager")
        yield self._call(alertmanager, "alertmanager", "alertmanager-peers", GOSSIP)
        for number in (API_SERVER, ETCD, KUBELET):
            yield self._nodes(PROMETHEUS, number)
        yield self._nodes(PROMETHEUS, NODE_EXPORTER, self._part("node-exporter"))
        yield self._nodes(self._part("kube-state-metrics"), API_SERVER)
        mail = self._plan.declared.mail
        yield self._out(alertmanager, "mail", mail.address, mail.port)
        for webhook in self._plan.declared.webhooks:
            yield self._out(alertmanager, webhook.name, webhook.address, webhook.port)
        for server in self._plan.virtual_servers:
            yield self._out(
                self._part("blackbox-exporter"), server.name, server.address, server.port
            )
        if self._plan.serves_resource_metrics:
            yield from self._resource_metrics()

    def _resource_metrics(self) -> Iterator[Flow]:
        pods = self._part("metrics-server")
        network = self._plan.network
        for number in (API_SERVER, KUBELET):
            yield self._nodes(pods, number)
        yield ServedFlow(
            zone=self._zone,
            subject="monitoring",
            available=True,
            sources=(network.nodes, *((network.tunnels,) if network.tunnels else ())),
            pods=pods,
            service="metrics-server",
            port=443,
            pod_port=10251,
        )

    def _part(self, name: str) -> Group:
        namespace = self._plan.placement.namespace
        labels = (("app.kubernetes.io/name", name),)
        return Group(namespace=namespace, labels=labels, name=f"{namespace}/{name}")

    def _call(self, callers: Group, callee: str, service: str, number: int) -> CallFlow:
        return CallFlow(
            zone=self._zone,
            subject="monitoring",
            callers=callers,
            callees=self._part(callee),
            service=service,
            port=number,
            pod_port=number,
        )

    def _nodes(self, pods: Group, number: int, held_by: Group | None = None) -> NodeFlow:
        return NodeFlow(
            zone=self._zone,
            subject="monitoring",
            pods=pods,
            nodes=self._plan.network.nodes,
            port=number,
            held_by=held_by,
        )

    def _out(self, pods: Group, server: str, address: IPv4Address, number: int) -> OutFlow:
        return OutFlow(
            zone=self._zone,
            subject="monitoring",
            pods=pods,
            server=server,
            address=address,
            port=number,
            firewalls=(),
        )


def follow_nodes(trail: Trail, flow: NodeFlow) -> None:
    """Pod, its own policy, every range of the nodes' network."""
    view = trail.view
    pods = trail.pods(flow.pods)
    for number in members(view.matrix.space.bits(flow.nodes)):
        trail.admitted(pods, len(view.matrix.pods) + number, port(flow.port))
    if flow.held_by is not None:
        _held(trail, flow, flow.held_by)
    runs_on(trail, pods)


def _held(trail: Trail, flow: NodeFlow, group: Group) -> None:
    """On its node's network no policy selects a pod: it is looked for among all."""
    found = [
        one
        for one in trail.view.pods
        if one.namespace == group.namespace and dict(group.labels).items() <= one.labels.items()
    ]
    if not any(one.host_network and port(flow.port) in one.held for one in found):
        place = Place(f"{trail.view.zone}/manifests", f"pods of {group.name}")
        trail.broken(place, f"nothing holds port {flow.port} of the nodes", "hostPort")
    for one in found:
        trail.hop(f"node -> {one.full_name}", one.place.at(f"hostPort {flow.port}"))


def follow_served(trail: Trail, flow: ServedFlow) -> None:
    """An API server's own address, or its node's tunnel, to the pods."""
    view = trail.view
    pods = trail.pods(flow.pods)
    service = view.by_name.get((flow.pods.namespace, flow.service, flow.port))
    if service is not None:
        trail.hop(f"{flow.service}:{flow.port} -> {flow.pods.name}", service.place)
    for pod in members(pods):
        trail.admitted(view.addresses(flow.sources), pod, port(flow.pod_port))
    runs_on(trail, pods)
