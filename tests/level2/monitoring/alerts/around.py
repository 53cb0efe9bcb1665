"""Volumes, virtual servers, registries, certificates, logs, and monitoring itself."""

from __future__ import annotations

from tests.level2.monitoring.alerts.case import (
    Case,
    growing,
    histogram,
    namespace,
    series,
    together,
)

LIFE = namespace("life", "life")
CLAIM = {"namespace": "life", "persistentvolumeclaim": "data"}
DAY = 86400


def _volume(available: float | str) -> dict[str, str]:
    return together(
        LIFE,
        series("kubelet_volume_stats_available_bytes", available, **CLAIM),
        series("kubelet_volume_stats_capacity_bytes", 100, **CLAIM),
    )


def _claim(phase: str) -> dict[str, str]:
    return together(LIFE, series("kube_persistentvolumeclaim_status_phase", phase=phase, **CLAIM))


def _probe(value: float, name: str = "policy-portal", tenant: str = "life") -> dict[str, str]:
    of = {"tenant": tenant} if tenant else {}
    partition = tenant or "platform"
    return series(
        "probe_success", value, job="probe", virtual_server=name, partition=partition, **of
    )


def _pulls(count: int) -> dict[str, str]:
    return together(
        *(
            series(
                "kube_pod_container_status_waiting_reason",
                namespace=f"n{number}",
                pod="a",
                container="c",
                reason="ErrImagePull",
            )
            for number in range(count)
        )
    )


def _certificate(days: float) -> dict[str, str]:
    return series(
        "probe_ssl_earliest_cert_expiry",
        days * DAY,
        job="probe",
        virtual_server="policy-portal",
        tenant="life",
    )


def _clients(ends: str) -> dict[str, str]:
    """All clients' certificates end within ``ends`` seconds, and none sooner than a day."""
    below = {"86400": 0.0, "604800": 0.0, "7776000": 100.0, "+Inf": 100.0}
    if ends == "604800":
        below |= {"604800": 100.0}
    return histogram("apiserver_client_certificate_expiration_seconds", below)


def _logs(asked: float, ready: float) -> dict[str, str]:
    of = {"namespace": "estate-logging", "statefulset": "elasticsearch-master"}
    return together(
        series("kube_statefulset_replicas", asked, **of),
        series("kube_statefulset_status_replicas_ready", ready, **of),
    )


def _collector(lacking: float) -> dict[str, str]:
    return series(
        "kube_daemonset_status_number_unavailable",
        lacking,
        namespace="estate-logging",
        daemonset="log-collector",
    )


def _waiting(left: float) -> dict[str, str]:
    name = "fluentbit_output_chunk_available_capacity_percent"
    return series(name, left, namespace="estate-logging", pod="c", name="es.1")


def _lost(rate: float) -> dict[str, str]:
    name = "fluentbit_output_dropped_records_total"
    return series(name, growing(rate), namespace="estate-logging", pod="c", name="es.1")


def _runs_by(file: str) -> dict[str, str]:
    of = {"namespace": "estate-logging", "pod": "log-collector-a"}
    return together(
        series("estate_declared_log_file", name="journal-0a1b2c3d"),
        series("fluentbit_input_records_total", growing(5), name=file, **of),
        series("fluentbit_input_records_total", growing(5), name="tail.0", **of),
    )


def _health(**colours: float) -> dict[str, str]:
    """What the exporter says: one series for each colour."""
    return together(
        *(
            series(
                "elasticsearch_cluster_health_status",
                colours.get(colour, 0),
                namespace="estate-logging",
                color=colour,
            )
            for colour in ("green", "yellow", "red")
        )
    )


def _shards(count: int) -> dict[str, str]:
    """Of which two stand nowhere yet, on six data nodes."""
    found = dict[str, str]()
    for name, value in (
        ("active_shards", count - 2),
        ("unassigned_shards", 2),
        ("number_of_data_nodes", 6),
    ):
        found |= series(f"elasticsearch_cluster_health_{name}", value, namespace="estate-logging")
    return found


def _snapshots(taken: float, failed: float) -> dict[str, str]:
    of = {"namespace": "estate-logging", "policy": "estate-access"}
    return together(
        series("elasticsearch_slm_stats_snapshots_taken_total", growing(taken), **of),
        series("elasticsearch_slm_stats_snapshots_failed_total", growing(failed), **of),
    )


def _filled(left: float) -> dict[str, str]:
    of = {"namespace": "estate-logging", "name": "elasticsearch-hot-1", "path": "/data"}
    return together(
        series("elasticsearch_filesystem_data_available_bytes", left, **of),
        series("elasticsearch_filesystem_data_size_bytes", 100, **of),
    )


def _up(job: str, value: float, **labels: str) -> dict[str, str]:
    return series("up", value, job=job, **labels)


STORAGE = (
    Case(alert="VolumeFilling", fires=_volume(9), silent=_volume(11), tenant="life"),
    Case(
        alert="VolumeFullSoon",
        fires=_volume(growing(-0.1, 100)),
        silent=_volume(growing(-0.01, 100)),
        after="4h",
        tenant="life",
    ),
    Case(alert="ClaimNotBound", fires=_claim("Pending"), silent=_claim("Bound"), tenant="life"),
    Case(
        alert="VolumeFailed",
        fires=series("kube_persistentvolume_status_phase", 1, persistentvolume="v", phase="Failed"),
        silent=series(
            "kube_persistentvolume_status_phase", 0, persistentvolume="v", phase="Failed"
        ),
    ),
)

SUPPLY = (
    Case(alert="VirtualServerDown", fires=_probe(0), silent=_probe(1), tenant="life"),
    Case(
        alert="VirtualServerDown",
        fires=_probe(0, "kube-apiserver", ""),
        silent=_probe(1, "kube-apiserver", ""),
    ),
    Case(
        alert="RegistryDown",
        fires=_probe(0, "registry", ""),
        silent=_probe(0, "registry", "life"),
    ),
    Case(alert="ImagePullsFail", fires=_pulls(3), silent=_pulls(2)),
    Case(alert="CertificateEnds", fires=_certificate(20), silent=_certificate(22), tenant="life"),
    Case(alert="CertificateEndsNow", fires=_certificate(4), silent=_certificate(6), tenant="life"),
    Case(alert="ClientCertificateEnds", fires=_clients("604800"), silent=_clients("7776000")),
    Case(
        alert="KubeletCertificateEnds",
        fires=series("kubelet_certificate_manager_client_ttl_seconds", 4 * DAY, node="n1"),
        silent=series("kubelet_certificate_manager_client_ttl_seconds", 6 * DAY, node="n1"),
    ),
    Case(alert="LogCollectorMissing", fires=_collector(1), silent=_collector(0)),
    Case(alert="LogsWaiting", fires=_waiting(20), silent=_waiting(30)),
    Case(alert="LogsLost", fires=_lost(1), silent=_lost(0)),
    Case(
        alert="LogCollectorFileRefused",
        fires=_runs_by("journal-4e5f6a7b"),
        silent=_runs_by("journal-0a1b2c3d"),
    ),
    Case(alert="LogStoreRed", fires=_health(red=1), silent=_health(yellow=1)),
    Case(alert="LogStoreYellow", fires=_health(yellow=1), silent=_health(green=1), after="50m"),
    Case(alert="LogStoreFilling", fires=_filled(14), silent=_filled(16)),
    Case(
        alert="LogSnapshotsFail",
        fires=_snapshots(0.1, 0.1),
        silent=_snapshots(0.1, 0),
        after="2h",
    ),
    Case(
        alert="LogSnapshotsFail",
        fires=_snapshots(0, 0),
        silent=_snapshots(0.1, 0),
        after="2h",
    ),
    Case(alert="LogStoreShards", fires=_shards(4801), silent=_shards(4800), after="70m"),
    Case(alert="LogStoreShort", fires=_logs(3, 2), silent=_logs(3, 3)),
    Case(alert="LogStoreWithoutMajority", fires=_logs(3, 1), silent=_logs(3, 2)),
)


def _failures(name: str, rate: float, **labels: str) -> dict[str, str]:
    return series(name, growing(rate), pod="prometheus-1", **labels)


OWN = (
    Case(
        alert="Heartbeat",
        fires=_up("kube-state-metrics", 1, pod="k"),
        silent=_up("kube-state-metrics", 0, pod="k"),
    ),
    Case(
        alert="KubeStateMetricsDown",
        fires=_up("kube-state-metrics", 0, pod="k"),
        silent=_up("kube-state-metrics", 1, pod="k"),
    ),
    Case(
        alert="MonitoringPartDown",
        fires=_up("prometheus", 0, pod="prometheus-1"),
        silent=_up("prometheus", 1, pod="prometheus-1"),
    ),
    Case(
        alert="ServiceNotRead",
        fires=_up("services", 0, namespace="life", pod="a", tenant="life"),
        silent=_up("services", 1, namespace="life", pod="a", tenant="life"),
        tenant="life",
    ),
    Case(
        alert="ServiceTellsTooMuch",
        fires=_failures("prometheus_target_scrapes_exceeded_sample_limit_total", 1),
        silent=_failures("prometheus_target_scrapes_exceeded_sample_limit_total", 0),
    ),
    Case(
        alert="PrometheusRulesFail",
        fires=_failures("prometheus_rule_evaluation_failures_total", 1, rule_group="g"),
        silent=_failures("prometheus_rule_evaluation_failures_total", 0, rule_group="g"),
    ),
    Case(
        alert="ConfigurationNotRead",
        fires=series("prometheus_config_last_reload_successful", 0, job="prometheus", pod="p"),
        silent=series("prometheus_config_last_reload_successful", 1, job="prometheus", pod="p"),
    ),
    Case(
        alert="ConfigurationNotRead",
        fires=series("alertmanager_config_last_reload_successful", 0, job="alertmanager", pod="a"),
        silent=series("alertmanager_config_last_reload_successful", 1, job="alertmanager", pod="a"),
    ),
    Case(
        alert="PrometheusWithoutAlertmanager",
        fires=series("prometheus_notifications_alertmanagers_discovered", 0, pod="p"),
        silent=series("prometheus_notifications_alertmanagers_discovered", 1, pod="p"),
    ),
    Case(
        alert="AlertmanagerAlone",
        fires=series("alertmanager_cluster_members", 1, pod="a"),
        silent=series("alertmanager_cluster_members", 2, pod="a"),
    ),
    Case(
        alert="AlertsNotSent",
        fires=_failures("alertmanager_notifications_failed_total", 1, integration="email"),
        silent=_failures("alertmanager_notifications_failed_total", 0, integration="email"),
    ),
)


def _relays(first: float, second: float) -> dict[str, str]:
    def at(pod: str, value: float) -> dict[str, str]:
        labels = {"namespace": "estate-egress", "proxy": "policydb", "state": "UP", "pod": pod}
        return series("haproxy_server_status", value, **labels)

    return together(at("relay-a", first), at("relay-b", second))


def _answers(errors: float) -> dict[str, str]:
    def of(code: str, rate: float) -> dict[str, str]:
        labels = {"namespace": "estate-ingress", "service": "router-brokers-metrics", "pod": "r"}
        return series("haproxy_frontend_http_responses_total", growing(rate), code=code, **labels)

    return together(of("2xx", 100 - errors), of("5xx", errors))


WAYS = (
    Case(alert="RelayedDatabaseDown", fires=_relays(0, 0), silent=_relays(0, 1)),
    Case(alert="RelayCutOff", fires=_relays(0, 1), silent=_relays(0, 0)),
    Case(alert="RouterAnswersWithErrors", fires=_answers(6), silent=_answers(4)),
)

CASES = (*STORAGE, *SUPPLY, *OWN, *WAYS)
