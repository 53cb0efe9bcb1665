"""What Prometheus reads: found by the API server, asked as the service account (I3, I4).

Only keys that Debian's Prometheus 2.42 and current releases both read.
"""

from __future__ import annotations

from estate.objects.labels import METRICS, METRICS_PATH
from estate.objects.manifest import JsonObject
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.monitoring.manifests.blackbox import module_of
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import PLATFORM, MonitoringPlan
from estate.topics.nodes.plan.pools import POOL_LABEL

_POOL = "".join(one if one.isalnum() else "_" for one in POOL_LABEL)


def scrape_configs(plan: MonitoringPlan) -> list[JsonObject]:
    """All jobs. What is found on the way decides what is read: a new app changes nothing here."""
    namespace = plan.placement.namespace
    return [
        _api_server(),
        _kubelet("kubelet", "/metrics", _LESS_OF_KUBELET),
        _kubelet("cadvisor", "/metrics/cadvisor", _LESS_OF_CADVISOR),
        _etcd(),
        _node_exporter(namespace),
        *(_own(name, namespace) for name in names.PORTS),
        _services(),
        *([_probes(plan)] if plan.virtual_servers else []),
    ]


def alertmanagers(namespace: str) -> JsonObject:
    """Every Alertmanager gets every alert: which of them tells is settled among themselves."""
    return {
        "kubernetes_sd_configs": [_discovery("endpointslice", namespace)],
        "relabel_configs": [_keep_port(names.ALERTMANAGER, names.HTTP)],
    }


def _discovery(role: str, *namespaces: str) -> JsonObject:
    found: JsonObject = {"role": role}
    if namespaces:
        found["namespaces"] = {"names": list(namespaces)}
    return found


def _authenticated(tls: JsonObject) -> JsonObject:
    return {
        "scheme": "https",
        "authorization": {"type": "Bearer", "credentials_file": names.TOKEN},
        "tls_config": tls,
    }


def _keep(label: str, regex: str) -> JsonObject:
    return {"source_labels": [label], "regex": regex, "action": "keep"}


def _keep_port(service: str, port: str) -> JsonObject:
    return {
        "source_labels": [
            "__meta_kubernetes_service_name",
            "__meta_kubernetes_endpointslice_port_name",
        ],
        "regex": f"{service};{port}",
        "action": "keep",
    }


def _label(name: str, source: str) -> JsonObject:
    return {"source_labels": [source], "target_label": name}


def _drop(regex: str) -> JsonObject:
    return {"source_labels": ["__name__"], "regex": regex, "action": "drop"}


_LESS_OF_API_SERVER = (
    "apiserver_request_(body_size_bytes|sli_duration_seconds|response_sizes)_bucket|"
    "apiserver_watch_(events_sizes|list_duration_seconds)_bucket|"
    "etcd_request_duration_seconds_bucket|apiserver_admission_.*_bucket"
)
_LESS_OF_KUBELET = "kubelet_runtime_operations_duration_seconds_bucket|storage_operation_.*_bucket"
_LESS_OF_CADVISOR = (
    "container_(network_tcp6?_usage_total|network_udp6?_usage_total|tasks_state|"
    "memory_failures_total|blkio_device_usage_total|file_descriptors|sockets|threads_max)"
)


def _api_server() -> JsonObject:
    return {
        "job_name": "apiserver",
        **_authenticated(
            {"ca_file": names.AUTHORITY, "server_name": "kubernetes.default.svc"},
        ),
        "kubernetes_sd_configs": [_discovery("endpointslice", "default")],
        "relabel_configs": [_keep_port("kubernetes", "https")],
        "metric_relabel_configs": [_drop(_LESS_OF_API_SERVER)],
    }


_OF_NODE = (
    _label("node", "__meta_kubernetes_node_name"),
    _label("instance", "__meta_kubernetes_node_name"),
    _label("pool", f"__meta_kubernetes_node_label_{_POOL}"),
)


def _at_node(port: int) -> JsonObject:
    return {
        "source_labels": ["__meta_kubernetes_node_address_InternalIP"],
        "target_label": "__address__",
        "regex": "(.+)",
        "replacement": f"$1:{port}",
    }


def _kubelet(job: str, path: str, less: str) -> JsonObject:
    """The kubelet asks the API server whether the token may read metrics (webhook).

    Its serving certificate is its own, signed by nobody (certificates.csv), so there is nothing
    to hold it against: the token is good for reading metrics, for an hour, and no more.
    """
    return {
        "job_name": job,
        "metrics_path": path,
        **_authenticated({"insecure_skip_verify": True}),
        "kubernetes_sd_configs": [_discovery("node")],
        "relabel_configs": [_at_node(names.NODE.kubelet), *_OF_NODE],
        "metric_relabel_configs": [_drop(less)],
    }


def _etcd() -> JsonObject:
    """On the masters, where it answers with metrics alone."""
    return {
        "job_name": "etcd",
        "kubernetes_sd_configs": [_discovery("node")],
        "relabel_configs": [
            _keep(
                "__meta_kubernetes_node_labelpresent_node_role_kubernetes_io_control_plane", "true"
            ),
            _at_node(names.NODE.etcd),
            *_OF_NODE,
        ],
    }


def _node_exporter(namespace: str) -> JsonObject:
    return {
        "job_name": names.NODE_EXPORTER,
        "kubernetes_sd_configs": [_discovery("pod", namespace)],
        "relabel_configs": [
            _keep("__meta_kubernetes_pod_label_app_kubernetes_io_name", names.NODE_EXPORTER),
            _keep("__meta_kubernetes_pod_container_port_name", METRICS),
            _label("node", "__meta_kubernetes_pod_node_name"),
            _label("instance", "__meta_kubernetes_pod_node_name"),
        ],
    }


def _own(name: str, namespace: str) -> JsonObject:
    """A part of monitoring; kube-state-metrics speaks of others' namespaces and pods."""
    found: JsonObject = {"job_name": name}
    if name == names.KUBE_STATE_METRICS:
        found["honor_labels"] = True
    return {
        **found,
        "kubernetes_sd_configs": [_discovery("endpointslice", namespace)],
        "relabel_configs": [
            _keep_port(name, names.HTTP),
            _label("namespace", "__meta_kubernetes_namespace"),
            _label("pod", "__meta_kubernetes_pod_name"),
        ],
    }


def _services() -> JsonObject:
    """Apps, and services of the platform's: every Service with such a port and such a path."""
    annotation = "".join(one if one.isalnum() else "_" for one in METRICS_PATH)
    return {
        "job_name": "services",
        "kubernetes_sd_configs": [_discovery("endpointslice")],
        "relabel_configs": [
            _keep("__meta_kubernetes_endpointslice_port_name", METRICS),
            {
                "source_labels": [f"__meta_kubernetes_service_annotation_{annotation}"],
                "regex": "(/.*)",
                "action": "keep",
            },
            _label("__metrics_path__", f"__meta_kubernetes_service_annotation_{annotation}"),
            _label("namespace", "__meta_kubernetes_namespace"),
            _label("service", "__meta_kubernetes_service_name"),
            _label("pod", "__meta_kubernetes_pod_name"),
            _label("tenant", "__meta_kubernetes_service_label_estate_tenant"),
            _label("app", "__meta_kubernetes_service_label_app_kubernetes_io_name"),
        ],
        # One app's mistake must not cost the others their history.
        "sample_limit": 20000,
        "label_limit": 40,
        "label_value_length_limit": 500,
    }


def _probes(plan: MonitoringPlan) -> JsonObject:
    """Each virtual server as its clients reach it, asked as its load balancer asks members."""
    blackbox = f"{names.BLACKBOX}.{plan.placement.namespace}.svc:{names.PORTS[names.BLACKBOX]}"
    return {
        "job_name": "probe",
        "metrics_path": "/probe",
        "static_configs": [_probe(one) for one in plan.virtual_servers],
        "relabel_configs": [
            _label("__param_target", "__address__"),
            _label("instance", "__param_target"),
            {"target_label": "__address__", "replacement": blackbox},
        ],
    }


def _probe(server: VirtualServerPlan) -> JsonObject:
    monitor = server.monitor
    target = f"{server.address}:{server.port}"
    labels = {
        "virtual_server": server.name,
        "partition": server.partition,
        "__param_module": module_of(monitor),
    }
    if monitor.kind != "tcp":
        target = f"{monitor.kind}://{target}{monitor.path}"
        if monitor.host:
            labels["__param_hostname"] = monitor.host
    if server.partition != PLATFORM:
        labels["tenant"] = server.partition
    return {"targets": [target], "labels": labels}
