"""Connections within monitoring: from the same table and the same plan as what is scraped.

A port that Prometheus asks and no policy opens would be a target that is down for ever; both come
from :mod:`names` and from the plan's apps, and a test holds one against the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network

from estate.flows.pods import NAME_SERVICE
from estate.objects.labels import app_selector
from estate.objects.manifest import Manifest
from estate.objects.network_policy import Pods, allow_from, allow_from_pods, allow_to, allow_to_pods
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.nodes.manifests.service import Service


def policies(plan: MonitoringPlan) -> list[Manifest]:
    """One policy for each way in and each way out; the namespace is closed otherwise."""
    found = _Ways(plan)
    return [
        *found.within(names.PROMETHEUS, names.PORTS),
        *found.within(names.GRAFANA, {names.PROMETHEUS: names.PORTS[names.PROMETHEUS]}),
        *found.within(names.ALERTMANAGER, {names.ALERTMANAGER: names.GOSSIP_PORT}),
        *found.nodes(
            names.PROMETHEUS,
            *names.node_ports_read(plan.network.cni),
            names.NODE.node_exporter,
        ),
        *found.nodes(names.BLACKBOX, names.NODE.proxy_health),
        found.name_service(),
        *found.nodes(names.KUBE_STATE_METRICS, names.NODE.api_server),
        *found.apps(),
        *found.services(),
        *found.servers(names.ALERTMANAGER, _told(plan)),
        *found.servers(names.BLACKBOX, _probed(plan)),
        *(_metrics_server(found) if plan.serves_resource_metrics else ()),
    ]


def _told(plan: MonitoringPlan) -> Iterator[tuple[IPv4Network, int]]:
    mail = plan.declared.mail
    yield IPv4Network(mail.address), mail.port
    for webhook in plan.declared.webhooks:
        yield IPv4Network(webhook.address), webhook.port


def _probed(plan: MonitoringPlan) -> Iterator[tuple[IPv4Network, int]]:
    for server in (*plan.virtual_servers, *plan.machines):
        yield IPv4Network(server.address), server.port


def _metrics_server(found: _Ways) -> Iterator[Manifest]:
    """API servers ask it from their own addresses, or from those of tunnels to its node."""
    yield from found.nodes(names.METRICS_SERVER, names.NODE.api_server, names.NODE.kubelet)
    network = found.plan.network
    sources = [network.nodes, *([network.tunnels] if network.tunnels else [])]
    service = found.service(names.METRICS_SERVER)
    yield allow_from(
        f"{service.name}-from-api-servers",
        service.namespace,
        service.labels,
        service.selector,
        sources,
        names.METRICS_SERVER_PORT,
    )


class _Ways:
    """Policies by what they open."""

    def __init__(self, plan: MonitoringPlan) -> None:
        self.plan = plan

    def service(self, name: str) -> Service:
        """The part of that name."""
        return Service(name=name, placement=self.plan.placement)

    def within(self, caller: str, callees: dict[str, int]) -> Iterator[Manifest]:
        """Between parts: both ends."""
        own = self.service(caller)
        to: list[Pods] = []
        for name, port in callees.items():
            other = self.service(name)
            to.append((other.namespace, other.selector, port))
            yield allow_from_pods(
                f"{name}-from-{caller}",
                other.namespace,
                other.labels,
                other.selector,
                [(own.namespace, own.selector, port)],
            )
        yield allow_to_pods(f"{caller}-to-parts", own.namespace, own.labels, own.selector, to)

    def nodes(self, caller: str, *ports: int) -> Iterator[Manifest]:
        """To nodes and masters."""
        to = [(self.plan.network.nodes, port) for port in ports]
        own = self.service(caller)
        yield allow_to(f"{caller}-to-nodes", own.namespace, own.labels, own.selector, to)

    def name_service(self) -> Manifest:
        """To CoreDNS, which comes with the cluster: no policy of ours selects its pods."""
        own = self.service(names.PROMETHEUS)
        to: Pods = (
            NAME_SERVICE.namespace,
            dict(NAME_SERVICE.labels),
            names.NAME_SERVICE_METRICS,
        )
        return allow_to_pods(
            "prometheus-to-name-service", own.namespace, own.labels, own.selector, [to]
        )

    def apps(self) -> Iterator[Manifest]:
        """To every app that has metrics; the other end is the app's own policy."""
        to: list[Pods] = [
            (app.namespace, app_selector(app.name), app.metrics.port)
            for app in self.plan.apps
            if app.metrics
        ]
        if to:
            own = self.service(names.PROMETHEUS)
            yield allow_to_pods("prometheus-to-apps", own.namespace, own.labels, own.selector, to)

    def services(self) -> Iterator[Manifest]:
        """To the platform's other services; the other end is each one's own policy."""
        to: list[Pods] = [
            (service.namespace, {"app.kubernetes.io/name": service.name}, service.port)
            for service in self.plan.services
        ]
        if to:
            own = self.service(names.PROMETHEUS)
            yield allow_to_pods(
                "prometheus-to-services", own.namespace, own.labels, own.selector, to
            )

    def servers(self, caller: str, to: Iterable[tuple[IPv4Network, int]]) -> Iterator[Manifest]:
        """To servers outside the cluster."""
        own = self.service(caller)
        if found := sorted(set(to)):
            yield allow_to(f"{caller}-to-servers", own.namespace, own.labels, own.selector, found)
