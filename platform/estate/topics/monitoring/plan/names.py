"""Where each part of monitoring listens and what its port is called: one table for all readers.

Scrape configuration, Services and network policies are made from it, so that none of them can
name another port than the others.
"""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.exposure.plan.keepalived import PROXY_HEALTH
from estate.topics.network.plan import FELIX_METRICS

HTTP = "http"
"""The port name by which monitoring's own parts are found."""

PROMETHEUS = "prometheus"
ALERTMANAGER = "alertmanager"
GRAFANA = "grafana"
KUBE_STATE_METRICS = "kube-state-metrics"
METRICS_SERVER = "metrics-server"
BLACKBOX = "blackbox-exporter"
NODE_EXPORTER = "node-exporter"

PORTS = {
    PROMETHEUS: 9090,
    ALERTMANAGER: 9093,
    GRAFANA: 3000,
    KUBE_STATE_METRICS: 8080,
    BLACKBOX: 9115,
}
"""Parts with a Service, and where each answers for its own metrics: the programs' own ports
(github.com/prometheus/prometheus/wiki/Default-port-allocations has 9090, 9093 and 9115; Grafana's
http_port is 3000 where nothing is set, and kube-state-metrics v2.18.0 says 8080 for --port)."""

NODE_EXPORTER_PORT = 9100
"""On the node itself."""

GOSSIP_PORT = 9094
"""Where Alertmanagers tell each other what they have sent."""

METRICS_SERVER_PORT = 10251
"""Not 10250, so that it may share a node with a kubelet whatever the network."""


@dataclass(frozen=True, kw_only=True)
class NodePorts:
    """What listens on nodes and masters and is read from monitoring's pods.

    The scheduler's and the controller manager's ports are kubeadm's (cmd/kubeadm/app/constants,
    v1.36.3): TLS, and both ask the API server whether a token may read ``/metrics``.
    """

    kubelet: int = 10250
    api_server: int = 6443
    etcd: int = 2381
    """Metrics only, without TLS: ``--listen-metrics-urls``."""
    node_exporter: int = NODE_EXPORTER_PORT
    scheduler: int = 10259
    controller_manager: int = 10257
    proxy_health: int = PROXY_HEALTH
    felix: int = FELIX_METRICS
    """Of Calico's agent; metrics only, without TLS."""


NODE = NodePorts()


def node_ports_read(cni: str) -> tuple[int, ...]:
    """Where Prometheus itself connects to nodes and masters, but for node-exporter."""
    found = (
        NODE.api_server,
        NODE.etcd,
        NODE.kubelet,
        NODE.scheduler,
        NODE.controller_manager,
    )
    return (*found, NODE.felix) if cni == "calico" else found


NAME_SERVICE_METRICS = 9153
"""CoreDNS' plugin ``prometheus``, as kubeadm's Corefile has it; its Service calls the port
``metrics`` (cmd/kubeadm/app/phases/addons/dns/manifests.go)."""

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 a path, no token
AUTHORITY = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
