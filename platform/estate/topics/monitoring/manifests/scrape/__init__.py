"""What Prometheus reads: found by the API server, asked as the service account (I3, I4).

Only keys that Debian's Prometheus 2.42 and current releases both read.
"""

from __future__ import annotations

from estate.objects.manifest import JsonObject
from estate.topics.monitoring.manifests.scrape.control_plane import (
    GOVERNING,
    api_server,
    etcd,
    governing,
)
from estate.topics.monitoring.manifests.scrape.nodes import (
    LESS_OF_CADVISOR,
    LESS_OF_KUBELET,
    felix,
    kubelet,
    node_exporter,
)
from estate.topics.monitoring.manifests.scrape.probes import machines, probes, proxy
from estate.topics.monitoring.manifests.scrape.relabelling import discovery, keep_port
from estate.topics.monitoring.manifests.scrape.services import name_service, own, services
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import MonitoringPlan


def scrape_configs(plan: MonitoringPlan) -> list[JsonObject]:
    """All jobs. What is found on the way decides what is read: a new app changes nothing here."""
    namespace = plan.placement.namespace
    return [
        api_server(),
        kubelet("kubelet", "/metrics", LESS_OF_KUBELET),
        kubelet("cadvisor", "/metrics/cadvisor", LESS_OF_CADVISOR),
        etcd(),
        *(governing(job, port) for job, port in GOVERNING.items()),
        *([felix()] if plan.network.cni == "calico" else []),
        name_service(),
        proxy(plan),
        node_exporter(namespace),
        *(own(name, namespace) for name in names.PORTS),
        services(),
        *([probes(plan)] if plan.virtual_servers else []),
        *([machines(plan)] if plan.machines else []),
    ]


def alertmanagers(namespace: str) -> JsonObject:
    """Every Alertmanager gets every alert: which of them tells is settled among themselves."""
    return {
        "kubernetes_sd_configs": [discovery("endpointslice", namespace)],
        "relabel_configs": [keep_port(names.ALERTMANAGER, names.HTTP)],
    }
