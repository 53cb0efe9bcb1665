"""What answers on every node: the kubelet, the network plugin, node-exporter."""

from __future__ import annotations

from estate.objects.labels import METRICS
from estate.objects.manifest import JsonObject
from estate.topics.monitoring.manifests.scrape.relabelling import (
    OF_NODE,
    at_node,
    authenticated,
    discovery,
    drop,
    keep,
    label,
)
from estate.topics.monitoring.plan import names

LESS_OF_KUBELET = "kubelet_runtime_operations_duration_seconds_bucket|storage_operation_.*_bucket"
LESS_OF_CADVISOR = (
    "container_(network_tcp6?_usage_total|network_udp6?_usage_total|tasks_state|"
    "memory_failures_total|blkio_device_usage_total|file_descriptors|sockets|threads_max)"
)


def kubelet(job: str, path: str, less: str) -> JsonObject:
    """The kubelet asks the API server whether the token may read metrics (webhook).

    Its serving certificate is its own, signed by nobody (certificates.csv), so there is nothing
    to hold it against: the token is good for reading metrics, for an hour, and no more.
    """
    return {
        "job_name": job,
        "metrics_path": path,
        **authenticated({"insecure_skip_verify": True}),
        "kubernetes_sd_configs": [discovery("node")],
        "relabel_configs": [at_node(names.NODE.kubelet), *OF_NODE],
        "metric_relabel_configs": [drop(less)],
    }


def felix() -> JsonObject:
    """Calico's agent on every node: network/installation.yaml opens the port."""
    return {
        "job_name": "calico",
        "kubernetes_sd_configs": [discovery("node")],
        "relabel_configs": [at_node(names.NODE.felix), *OF_NODE],
    }


def node_exporter(namespace: str) -> JsonObject:
    """One on every node, on the node's own address."""
    return {
        "job_name": names.NODE_EXPORTER,
        "kubernetes_sd_configs": [discovery("pod", namespace)],
        "relabel_configs": [
            keep("__meta_kubernetes_pod_label_app_kubernetes_io_name", names.NODE_EXPORTER),
            keep("__meta_kubernetes_pod_container_port_name", METRICS),
            label("node", "__meta_kubernetes_pod_node_name"),
            label("instance", "__meta_kubernetes_pod_node_name"),
        ],
        # A series for each pod, otherwise: the ends of their interfaces have addresses, too.
        "metric_relabel_configs": [
            {
                "source_labels": ["__name__", "device"],
                "regex": "node_network_address_info;(cali|lxc|veth).*",
                "action": "drop",
            }
        ],
    }
