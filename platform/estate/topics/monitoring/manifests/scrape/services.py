"""Pods behind Services: of apps, of the platform, of the cluster itself."""

from __future__ import annotations

from estate.flows.pods import NAME_SERVICE
from estate.objects.labels import METRICS, METRICS_PATH
from estate.objects.manifest import JsonObject
from estate.topics.monitoring.manifests.scrape.relabelling import (
    discovery,
    keep,
    keep_port,
    label,
)
from estate.topics.monitoring.plan import names


def own(name: str, namespace: str) -> JsonObject:
    """A part of monitoring; kube-state-metrics speaks of others' namespaces and pods."""
    found: JsonObject = {"job_name": name}
    if name == names.KUBE_STATE_METRICS:
        found["honor_labels"] = True
    return {
        **found,
        "kubernetes_sd_configs": [discovery("endpointslice", namespace)],
        "relabel_configs": [
            keep_port(name, names.HTTP),
            label("namespace", "__meta_kubernetes_namespace"),
            label("pod", "__meta_kubernetes_pod_name"),
        ],
    }


def services() -> JsonObject:
    """Apps, and services of the platform's: every Service with such a port and such a path."""
    annotation = "".join(one if one.isalnum() else "_" for one in METRICS_PATH)
    return {
        "job_name": "services",
        "kubernetes_sd_configs": [discovery("endpointslice")],
        "relabel_configs": [
            keep("__meta_kubernetes_endpointslice_port_name", METRICS),
            {
                "source_labels": [f"__meta_kubernetes_service_annotation_{annotation}"],
                "regex": "(/.*)",
                "action": "keep",
            },
            label("__metrics_path__", f"__meta_kubernetes_service_annotation_{annotation}"),
            label("namespace", "__meta_kubernetes_namespace"),
            label("service", "__meta_kubernetes_service_name"),
            label("pod", "__meta_kubernetes_pod_name"),
            label("tenant", "__meta_kubernetes_service_label_estate_tenant"),
            label("app", "__meta_kubernetes_service_label_app_kubernetes_io_name"),
        ],
        # One app's mistake must not cost the others their history.
        "sample_limit": 20000,
        "label_limit": 40,
        "label_value_length_limit": 500,
    }


def name_service() -> JsonObject:
    """CoreDNS, by the port that kubeadm's Service calls ``metrics``."""
    return {
        "job_name": "coredns",
        "kubernetes_sd_configs": [discovery("endpointslice", NAME_SERVICE.namespace)],
        "relabel_configs": [
            keep_port("kube-dns", METRICS),
            label("namespace", "__meta_kubernetes_namespace"),
            label("pod", "__meta_kubernetes_pod_name"),
        ],
    }
