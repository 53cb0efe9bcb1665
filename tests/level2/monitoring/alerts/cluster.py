"""Nodes, pods and the control plane."""

from __future__ import annotations

from tests.level2.monitoring.alerts.case import (
    Case,
    growing,
    histogram,
    namespace,
    node,
    series,
    together,
)

LIFE = namespace("life", "life")
OF = {"namespace": "life", "pod": "a", "container": "main"}
DISK = {"node": "n1", "mountpoint": "/var", "fstype": "xfs", "device": "sda"}


def _disk(name: str, value: float | str) -> dict[str, str]:
    return series(f"node_filesystem_{name}", value, **DISK)


def _up(job: str, value: float, **labels: str) -> dict[str, str]:
    return series("up", value, job=job, **labels)


NODES = (
    Case(
        alert="NodeDown", fires=node("n1", "shared", ready=0), silent=node("n1", "shared", ready=1)
    ),
    Case(
        alert="NodePressure",
        fires=series(
            "kube_node_status_condition", 1, node="n1", condition="DiskPressure", status="true"
        ),
        silent=series(
            "kube_node_status_condition", 0, node="n1", condition="DiskPressure", status="true"
        ),
    ),
    Case(
        alert="NodeDiskFilling",
        fires=together(_disk("avail_bytes", 14), _disk("size_bytes", 100)),
        silent=together(_disk("avail_bytes", 16), _disk("size_bytes", 100)),
    ),
    Case(
        alert="NodeDiskFullSoon",
        fires=_disk("avail_bytes", growing(-1, 300)),
        silent=_disk("avail_bytes", growing(-0.1, 300)),
        after="2h",
    ),
    Case(
        alert="NodeInodesFew",
        fires=together(_disk("files_free", 7), _disk("files", 100)),
        silent=together(_disk("files_free", 9), _disk("files", 100)),
    ),
    Case(
        alert="NodeMemoryShort",
        fires=together(
            series("node_memory_MemAvailable_bytes", 4, node="n1"),
            series("node_memory_MemTotal_bytes", 100, node="n1"),
        ),
        silent=together(
            series("node_memory_MemAvailable_bytes", 6, node="n1"),
            series("node_memory_MemTotal_bytes", 100, node="n1"),
        ),
    ),
    Case(
        alert="NodeClockWrong",
        fires=series("node_timex_sync_status", 0, node="n1"),
        silent=series("node_timex_sync_status", 1, node="n1"),
    ),
    Case(
        alert="NodeClockWrong",
        fires=series("node_timex_offset_seconds", -0.06, node="n1"),
        silent=series("node_timex_offset_seconds", -0.04, node="n1"),
    ),
    Case(
        alert="NodeExporterDown",
        fires=_up("node-exporter", 0, node="n1"),
        silent=_up("node-exporter", 1, node="n1"),
    ),
    Case(
        alert="KubeletDown",
        fires=_up("cadvisor", 0, node="n1"),
        silent=_up("cadvisor", 1, node="n1"),
    ),
)


def _workload(asked: float, ready: float, kind: str = "deployment") -> dict[str, str]:
    of = {"namespace": "life", kind: "web"}
    if kind == "deployment":
        return together(
            LIFE,
            series("kube_deployment_spec_replicas", asked, **of),
            series("kube_deployment_status_replicas_available", ready, **of),
        )
    return together(
        LIFE,
        series("kube_statefulset_replicas", asked, **of),
        series("kube_statefulset_status_replicas_ready", ready, **of),
    )


def _daemon_set(asked: float, ready: float) -> dict[str, str]:
    of = {"namespace": "estate-monitoring", "daemonset": "node-exporter"}
    return together(
        series("kube_daemonset_status_desired_number_scheduled", asked, **of),
        series("kube_daemonset_status_number_ready", ready, **of),
    )


def _autoscaler(replicas: float) -> dict[str, str]:
    of = {"namespace": "life", "horizontalpodautoscaler": "web"}
    return together(
        LIFE,
        series("kube_horizontalpodautoscaler_status_current_replicas", replicas, **of),
        series("kube_horizontalpodautoscaler_spec_max_replicas", 6, **of),
    )


def _phase(phase: str) -> dict[str, str]:
    return series("kube_pod_status_phase", 1, namespace="life", pod="a", phase=phase)


def _waiting(reason: str, value: float) -> dict[str, str]:
    return together(
        LIFE, series("kube_pod_container_status_waiting_reason", value, reason=reason, **OF)
    )


_NOT_READY = series("kube_pod_status_ready", 1, namespace="life", pod="a", condition="false")
_KILLED = series("kube_pod_container_status_last_terminated_reason", 1, reason="OOMKilled", **OF)


def _throttled(rate: float) -> dict[str, str]:
    return together(
        LIFE,
        series("container_cpu_cfs_throttled_periods_total", growing(rate), **OF),
        series("container_cpu_cfs_periods_total", growing(600), **OF),
    )


PODS = (
    Case(alert="WorkloadDown", fires=_workload(2, 0), silent=_workload(2, 1), tenant="life"),
    Case(
        alert="WorkloadDown",
        fires=_workload(3, 0, "statefulset"),
        silent=_workload(0, 0, "statefulset"),
        tenant="life",
    ),
    Case(alert="WorkloadShort", fires=_workload(2, 1), silent=_workload(2, 2), tenant="life"),
    Case(alert="DaemonSetShort", fires=_daemon_set(3, 2), silent=_daemon_set(3, 3)),
    Case(
        alert="AutoscalerAtLimit",
        fires=_autoscaler(6),
        silent=_autoscaler(5),
        after="1h",
        tenant="life",
    ),
    Case(
        alert="PodCrashLooping",
        fires=_waiting("CrashLoopBackOff", 1),
        silent=_waiting("ContainerCreating", 1),
        tenant="life",
    ),
    Case(  # a namespace of the platform's own has no tenant
        alert="PodCrashLooping",
        fires=together(
            namespace("estate-logging"),
            series(
                "kube_pod_container_status_waiting_reason",
                namespace="estate-logging",
                pod="a",
                container="main",
                reason="CrashLoopBackOff",
            ),
        ),
        silent=namespace("estate-logging"),
    ),
    Case(
        alert="PodPending",
        fires=together(LIFE, _phase("Pending")),
        silent=together(LIFE, _phase("Running")),
        tenant="life",
    ),
    Case(
        alert="PodNotReady",
        fires=together(LIFE, _NOT_READY, _phase("Running")),
        silent=together(LIFE, _NOT_READY, _phase("Succeeded")),
        tenant="life",
    ),
    Case(
        alert="PodImageNotPulled",
        fires=_waiting("ImagePullBackOff", 1),
        silent=_waiting("ImagePullBackOff", 0),
        tenant="life",
    ),
    Case(
        alert="PodOutOfMemory",
        fires=together(
            LIFE,
            _KILLED,
            series("kube_pod_container_status_restarts_total", growing(0.1), **OF),
        ),
        silent=together(LIFE, _KILLED, series("kube_pod_container_status_restarts_total", 3, **OF)),
        tenant="life",
    ),
    Case(
        alert="PodThrottled",
        fires=_throttled(400),
        silent=_throttled(200),
        after="1h",
        tenant="life",
    ),
    Case(
        alert="JobFailed",
        fires=together(
            LIFE, series("kube_job_failed", 1, namespace="life", job_name="j", condition="true")
        ),
        silent=together(
            LIFE, series("kube_job_failed", 0, namespace="life", job_name="j", condition="true")
        ),
        tenant="life",
    ),
    Case(
        alert="CronJobLate",
        fires=together(
            LIFE, series("kube_cronjob_next_schedule_time", 60, namespace="life", cronjob="c")
        ),
        silent=together(
            LIFE, series("kube_cronjob_next_schedule_time", 7000, namespace="life", cronjob="c")
        ),
        after="2h",
        tenant="life",
    ),
)


def _requests(code: str, rate: float) -> dict[str, str]:
    return series("apiserver_request_total", growing(rate), code=code, verb="GET")


def _etcd(name: str, value: float | str) -> dict[str, str]:
    return series(name, value, job="etcd", node="m1")


def _slow(bucket: str, name: str, **labels: str) -> dict[str, str]:
    """All requests below the bucket, none below the one before."""
    return histogram(name, {"0.01": 0.0, bucket: 100.0, "+Inf": 100.0}, **labels)


CONTROL_PLANE = (
    Case(
        alert="ApiServerDown",
        fires=_up("apiserver", 0, instance="m1"),
        silent=together(_up("apiserver", 0, instance="m1"), _up("apiserver", 1, instance="m2")),
    ),
    Case(
        alert="ApiServerOneDown",
        fires=together(_up("apiserver", 0, instance="m1"), _up("apiserver", 1, instance="m2")),
        silent=together(_up("apiserver", 1, instance="m1"), _up("apiserver", 1, instance="m2")),
    ),
    Case(
        alert="ApiServerErrors",
        fires=together(_requests("200", 96), _requests("500", 4)),
        silent=together(_requests("200", 98), _requests("500", 2)),
    ),
    Case(
        alert="ApiServerSlow",
        fires=_slow("3.5", "apiserver_request_duration_seconds", verb="GET"),
        silent=_slow("0.5", "apiserver_request_duration_seconds", verb="GET"),
    ),
    Case(
        alert="ApiExtensionDown",
        fires=series("aggregator_unavailable_apiservice", 1, name="v1beta1.metrics.k8s.io"),
        silent=series("aggregator_unavailable_apiservice", 0, name="v1beta1.metrics.k8s.io"),
    ),
    Case(alert="EtcdMemberDown", fires=_etcd("up", 0), silent=_etcd("up", 1)),
    Case(
        alert="EtcdNoLeader",
        fires=_etcd("etcd_server_has_leader", 0),
        silent=_etcd("etcd_server_has_leader", 1),
    ),
    Case(
        alert="EtcdLeaderChanges",
        fires=_etcd("etcd_server_leader_changes_seen_total", growing(0.5)),
        silent=_etcd("etcd_server_leader_changes_seen_total", growing(0.1)),
    ),
    Case(
        alert="EtcdDiskSlow",
        fires=_slow("0.256", "etcd_disk_wal_fsync_duration_seconds", job="etcd", node="m1"),
        silent=_slow("0.032", "etcd_disk_wal_fsync_duration_seconds", job="etcd", node="m1"),
    ),
    Case(
        alert="EtcdBackupOld",
        fires=series("estate_etcd_snapshot_copied_timestamp_seconds", -9 * 3600, node="m1"),
        silent=series("estate_etcd_snapshot_copied_timestamp_seconds", 0, node="m1"),
    ),
    Case(
        alert="EtcdBackupNever",
        fires=_etcd("up", 1),
        silent=together(
            _etcd("up", 1),
            series("estate_etcd_snapshot_copied_timestamp_seconds", 0, node="m1"),
        ),
    ),
    Case(
        alert="EtcdNearlyFull",
        fires=together(
            _etcd("etcd_mvcc_db_total_size_in_bytes", 85),
            _etcd("etcd_server_quota_backend_bytes", 100),
        ),
        silent=together(
            _etcd("etcd_mvcc_db_total_size_in_bytes", 75),
            _etcd("etcd_server_quota_backend_bytes", 100),
        ),
    ),
)

CASES = (*NODES, *PODS, *CONTROL_PLANE)
