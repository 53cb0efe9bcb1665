"""API servers, etcd, the scheduler and the controller manager: what runs on masters."""

from __future__ import annotations

from estate.objects.manifest import JsonObject
from estate.topics.monitoring.manifests.scrape.relabelling import (
    OF_NODE,
    at_node,
    authenticated,
    discovery,
    drop,
    keep,
    keep_port,
)
from estate.topics.monitoring.plan import names

_LESS_OF_API_SERVER = (
    "apiserver_request_(body_size_bytes|response_sizes)_bucket|"
    "apiserver_watch_(events_sizes|list_duration_seconds)_bucket|"
    "etcd_request_duration_seconds_bucket|apiserver_admission_.*_bucket"
)
_LESS_OF_GOVERNING = "rest_client_.*_bucket|workqueue_.*_bucket|scheduler_plugin_.*_bucket"

_UNREAD_BUCKETS = {
    # Kept: 1, 5 and 30 s, the objectives that the error budget is reckoned with. All others of
    # k8s.io/apiserver/pkg/endpoints/metrics go, +Inf too: it equals the count.
    "source_labels": ["__name__", "le"],
    "regex": "apiserver_request_sli_duration_seconds_bucket;"
    r"(0\.[0-9]+|1\.25|1\.5|(2|3|4|6|8|10|15|20|45|60)(\.0)?|\+Inf)",
    "action": "drop",
}
"""Prometheus 3 writes a bucket of one second as ``1.0``, its forerunners as ``1``."""


def api_server() -> JsonObject:
    """Each API server at its own address, with the cluster's authority."""
    return {
        "job_name": "apiserver",
        **authenticated(
            {"ca_file": names.AUTHORITY, "server_name": "kubernetes.default.svc"},
        ),
        "kubernetes_sd_configs": [discovery("endpointslice", "default")],
        "relabel_configs": [keep_port("kubernetes", "https")],
        "metric_relabel_configs": [drop(_LESS_OF_API_SERVER), _UNREAD_BUCKETS],
    }


MASTERS = keep("__meta_kubernetes_node_labelpresent_node_role_kubernetes_io_control_plane", "true")


def etcd() -> JsonObject:
    """On the masters, where it answers with metrics alone."""
    return {
        "job_name": "etcd",
        "kubernetes_sd_configs": [discovery("node")],
        "relabel_configs": [MASTERS, at_node(names.NODE.etcd), *OF_NODE],
    }


GOVERNING = {
    "kube-scheduler": names.NODE.scheduler,
    "kube-controller-manager": names.NODE.controller_manager,
}
"""By job, as dashboards of others call them."""


def governing(job: str, port: int) -> JsonObject:
    """On the masters. Each has a certificate of its own making in memory, which nothing can be held
    against, and asks the API server whether the token may read metrics, as a kubelet does."""
    return {
        "job_name": job,
        **authenticated({"insecure_skip_verify": True}),
        "kubernetes_sd_configs": [discovery("node")],
        "relabel_configs": [MASTERS, at_node(port), *OF_NODE],
        "metric_relabel_configs": [drop(_LESS_OF_GOVERNING)],
    }
