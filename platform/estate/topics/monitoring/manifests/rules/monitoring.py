"""Monitoring of monitoring: who watches, and whether what it says arrives."""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup


def own() -> RuleGroup:
    """The first is never silent while all is well: its absence is the alarm."""
    return RuleGroup(
        name="monitoring",
        rules=(
            Alert(
                name="Heartbeat",
                expr='count(up{job="kube-state-metrics"} == 1) > 0',
                severity="info",
                route="platform",
                summary="Alerts arrive. Whoever receives this raises the alarm once it stops.",
            ),
            Alert(
                name="KubeStateMetricsDown",
                expr='absent(up{job="kube-state-metrics"} == 1)',
                wait="5m",
                severity="critical",
                route="platform",
                summary="Nothing that the API server knows is counted: most other alerts are "
                "silent.",
            ),
            Alert(
                name="MonitoringPartDown",
                expr='up{job=~"prometheus|alertmanager|grafana|blackbox-exporter"} == 0',
                wait="5m",
                severity="warning",
                route="platform",
                summary="{{ $labels.job }} {{ $labels.pod }} does not answer.",
            ),
            Alert(
                name="ServiceNotRead",
                expr='up{job="services"} == 0',
                wait="15m",
                severity="warning",
                route="tenant",
                summary="The metrics of {{ $labels.namespace }}/{{ $labels.pod }} cannot be read.",
            ),
            Alert(
                name="ServiceTellsTooMuch",
                expr="increase(prometheus_target_scrapes_exceeded_sample_limit_total[15m]) > 0",
                severity="warning",
                route="platform",
                summary="Something has more series than its limit, and is not read.",
            ),
            Alert(
                name="PrometheusRulesFail",
                expr="increase(prometheus_rule_evaluation_failures_total[10m]) > 0",
                severity="critical",
                route="platform",
                summary="{{ $labels.pod }} cannot evaluate {{ $labels.rule_group }}.",
            ),
            Alert(
                name="ConfigurationNotRead",
                expr="prometheus_config_last_reload_successful == 0"
                " or alertmanager_config_last_reload_successful == 0"
                " or blackbox_exporter_config_last_reload_successful == 0",
                wait="5m",
                severity="critical",
                route="platform",
                summary="{{ $labels.job }} {{ $labels.pod }} cannot read its changed files, and "
                "goes on as before.",
            ),
            Alert(
                name="PrometheusWithoutAlertmanager",
                expr="prometheus_notifications_alertmanagers_discovered < 1",
                wait="5m",
                severity="critical",
                route="platform",
                summary="{{ $labels.pod }} finds no Alertmanager.",
            ),
            Alert(
                name="AlertmanagerAlone",
                expr="alertmanager_cluster_members < 2",
                wait="10m",
                severity="warning",
                route="platform",
                summary="{{ $labels.pod }} does not see the other: alerts come twice.",
            ),
            Alert(
                name="AlertsNotSent",
                expr="increase(alertmanager_notifications_failed_total[10m]) > 0",
                wait="5m",
                severity="critical",
                route="platform",
                summary="{{ $labels.pod }} cannot send by {{ $labels.integration }}.",
            ),
        ),
    )
