"""Grafana's data source and dashboards as data: what people change by hand is gone with the pod."""

from __future__ import annotations

import json

from estate.objects.manifest import JsonObject
from estate.topics.monitoring.plan import names
from estate.topics.monitoring.plan.monitoring import MonitoringPlan

PROVISIONED = "/etc/grafana/provisioning"
DASHBOARDS = "/etc/grafana/dashboards"

_SOURCE = {"type": "prometheus", "uid": "prometheus"}

Panel = tuple[str, str, str, str]
"""Title, query, legend, unit."""

BOARDS: dict[str, tuple[Panel, ...]] = {
    "Pools and nodes": (
        ("Usable nodes by pool", "estate:pool_nodes_usable:count", "{{pool}}", "none"),
        (
            "What survivors would have left (cpu)",
            'estate:pool_survivors_room:sum{resource="cpu"} '
            '- on (pool) estate:pool_requests:sum{resource="cpu"}',
            "{{pool}}",
            "none",
        ),
        (
            "What survivors would have left (memory)",
            'estate:pool_survivors_room:sum{resource="memory"} '
            '- on (pool) estate:pool_requests:sum{resource="memory"}',
            "{{pool}}",
            "bytes",
        ),
        (
            "CPU in use by node",
            '1 - avg by (node) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
            "{{node}}",
            "percentunit",
        ),
        (
            "Memory available by node",
            "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
            "{{node}}",
            "percentunit",
        ),
        (
            "Room on disks by node",
            'min by (node) (node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'
            " / node_filesystem_size_bytes)",
            "{{node}}",
            "percentunit",
        ),
    ),
    "Tenants and apps": (
        (
            "CPU by namespace",
            'sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[5m]))',
            "{{namespace}}",
            "none",
        ),
        (
            "Memory by namespace",
            'sum by (namespace) (container_memory_working_set_bytes{container!=""})',
            "{{namespace}}",
            "bytes",
        ),
        (
            "Quota in use",
            'max by (namespace, resource) (kube_resourcequota{type="used"})'
            ' / (max by (namespace, resource) (kube_resourcequota{type="hard"}) > 0)',
            "{{namespace}} {{resource}}",
            "percentunit",
        ),
        (
            "Ready replicas, of those asked for",
            "estate:workload_ready:max / (estate:workload_replicas:max > 0)",
            "{{namespace}}/{{workload}}",
            "percentunit",
        ),
        (
            "Restarts in an hour",
            "sum by (namespace) (increase(kube_pod_container_status_restarts_total[1h]))",
            "{{namespace}}",
            "none",
        ),
        (
            "Network by namespace",
            "sum by (namespace) (rate(container_network_receive_bytes_total[5m])"
            " + rate(container_network_transmit_bytes_total[5m]))",
            "{{namespace}}",
            "Bps",
        ),
    ),
    "Control plane": (
        ("Requests", "sum by (verb) (rate(apiserver_request_total[5m]))", "{{verb}}", "reqps"),
        (
            "Errors",
            'sum(rate(apiserver_request_total{code=~"5.."}[5m]))'
            " / sum(rate(apiserver_request_total[5m]))",
            "of all",
            "percentunit",
        ),
        (
            "Time, 99 of 100",
            "histogram_quantile(0.99, sum by (le, verb) (rate("
            'apiserver_request_duration_seconds_bucket{verb!~"WATCH|CONNECT"}[5m])))',
            "{{verb}}",
            "s",
        ),
        (
            "etcd's disk, 99 of 100",
            "histogram_quantile(0.99, sum by (le, node) (rate("
            "etcd_disk_wal_fsync_duration_seconds_bucket[5m])))",
            "{{node}}",
            "s",
        ),
        ("etcd's size", "etcd_mvcc_db_total_size_in_bytes", "{{node}}", "bytes"),
    ),
    "Ways in and storage": (
        ("Virtual servers that answer", "probe_success", "{{virtual_server}}", "none"),
        ("Time to answer", "probe_duration_seconds", "{{virtual_server}}", "s"),
        (
            "Room on volumes",
            "min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes"
            " / kubelet_volume_stats_capacity_bytes)",
            "{{namespace}}/{{persistentvolumeclaim}}",
            "percentunit",
        ),
        (
            "Days until certificates end",
            "(probe_ssl_earliest_cert_expiry - time()) / 86400",
            "{{virtual_server}}",
            "d",
        ),
        ("Alerts that fire", 'count by (alertname) (ALERTS{alertstate="firing"})', "", "none"),
    ),
}
"""What each dashboard shows; two panels stand in a row."""


def data_source(plan: MonitoringPlan) -> JsonObject:
    """Prometheus, by its Service: either of the two."""
    host = f"{names.PROMETHEUS}.{plan.placement.namespace}.svc"
    source: JsonObject = {
        "name": "Prometheus",
        "uid": "prometheus",
        "type": "prometheus",
        "access": "proxy",
        "url": f"http://{host}:{names.PORTS[names.PROMETHEUS]}",
        "isDefault": True,
        "editable": False,
    }
    return {"apiVersion": 1, "datasources": [source]}


def provider() -> JsonObject:
    """Where dashboards lie, and how often they are read again: every so many seconds."""
    source: JsonObject = {
        "name": "estate",
        "type": "file",
        "allowUiUpdates": False,
        "disableDeletion": True,
        "updateIntervalSeconds": 30,
        "options": {"path": DASHBOARDS},
    }
    return {"apiVersion": 1, "providers": [source]}


def dashboards() -> dict[str, str]:
    """Each dashboard by its file's name."""
    return {f"{_uid(title)}.json": json.dumps(_board(title)) for title in BOARDS}


def _uid(title: str) -> str:
    return title.lower().replace(" ", "-")


def _board(title: str) -> JsonObject:
    return {
        "uid": _uid(title),
        "title": title,
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "tags": ["estate"],
        "panels": [_panel(number, *panel) for number, panel in enumerate(BOARDS[title])],
    }


def _panel(number: int, title: str, query: str, legend: str, unit: str) -> JsonObject:
    target: JsonObject = {"refId": "A", "expr": query, "legendFormat": legend or "__auto"}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": _SOURCE,
        "gridPos": {"x": 12 * (number % 2), "y": 8 * (number // 2), "w": 12, "h": 8},
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
        "targets": [{**target, "datasource": _SOURCE}],
    }
