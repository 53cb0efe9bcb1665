"""API servers and etcd: without them nothing changes, and nothing is counted."""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup

COPIED = "estate_etcd_snapshot_copied_timestamp_seconds"
"""Masters' own, by node-exporter's text files."""


def control_plane() -> RuleGroup:
    """What stops the control plane, or makes it slow.

    A second is the objective of Kubernetes' own SIG Scalability (slos/api_call_latency.md); four
    elections in a quarter of an hour are etcd's own alert (contrib/mixin/mixin.libsonnet). The
    other thresholds are choices of the estate: etcd asks for flushes within 10 ms (etcd.io/docs,
    FAQ), and we say so at five times that.
    """
    return RuleGroup(name="control-plane", rules=(*_API_SERVER, *_ETCD))


_API_SERVER = (
    Alert(
        name="ApiServerDown",
        expr='absent(up{job="apiserver"} == 1)',
        wait="1m",
        severity="critical",
        route="platform",
        summary="No API server answers.",
    ),
    Alert(
        name="ApiServerOneDown",
        expr='up{job="apiserver"} == 0',
        wait="5m",
        severity="warning",
        route="platform",
        summary="The API server {{ $labels.instance }} does not answer.",
    ),
    Alert(
        name="ApiServerErrors",
        expr='sum(rate(apiserver_request_total{code=~"5.."}[5m]))'
        " / sum(rate(apiserver_request_total[5m])) > 0.03",
        wait="5m",
        severity="critical",
        route="platform",
        summary="API servers fail {{ $value | humanizePercentage }} of all requests.",
    ),
    Alert(
        name="ApiServerSlow",
        expr="histogram_quantile(0.99, sum by (le, verb) (rate("
        'apiserver_request_duration_seconds_bucket{verb=~"GET|POST|PUT|PATCH|DELETE",'
        'subresource!~"log|exec|attach|portforward|proxy"}[5m]))) > 1',
        wait="10m",
        severity="warning",
        route="platform",
        summary="One in a hundred {{ $labels.verb }} takes {{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="ApiExtensionDown",
        expr="max by (name) (aggregator_unavailable_apiservice) == 1",
        wait="5m",
        severity="warning",
        route="platform",
        summary="The API {{ $labels.name }} is not served: what it counts, autoscalers lack.",
    ),
)

_ETCD = (
    Alert(
        name="EtcdMemberDown",
        expr='up{job="etcd"} == 0',
        wait="3m",
        severity="critical",
        route="platform",
        summary="The etcd member on {{ $labels.node }} does not answer.",
    ),
    Alert(
        name="EtcdNoLeader",
        expr='etcd_server_has_leader{job="etcd"} == 0',
        wait="1m",
        severity="critical",
        route="platform",
        summary="The etcd member on {{ $labels.node }} has no leader.",
    ),
    Alert(
        name="EtcdLeaderChanges",
        expr='increase(etcd_server_leader_changes_seen_total{job="etcd"}[15m]) >= 4',
        severity="warning",
        route="platform",
        summary="etcd changed its leader {{ $value }} times within a quarter of an hour.",
    ),
    Alert(
        name="EtcdDiskSlow",
        expr="histogram_quantile(0.99, sum by (le, node) (rate("
        'etcd_disk_wal_fsync_duration_seconds_bucket{job="etcd"}[5m]))) > 0.05',
        wait="10m",
        severity="warning",
        route="platform",
        summary="etcd on {{ $labels.node }} waits {{ $value | humanizeDuration }} for its disk.",
    ),
    Alert(
        name="EtcdBackupOld",
        # Four times a day, with half an hour at random.
        expr=f"time() - {COPIED} > 8 * 3600",
        severity="critical",
        route="platform",
        summary="No snapshot of etcd has left {{ $labels.node }} for "
        "{{ $value | humanizeDuration }}.",
    ),
    Alert(
        name="EtcdBackupNever",
        expr=f'up{{job="etcd"}} == 1 unless on (node) {COPIED}',
        wait="10m",
        severity="warning",
        route="platform",
        summary="{{ $labels.node }} does not say when a snapshot of its etcd was copied away.",
    ),
    Alert(
        name="EtcdNearlyFull",
        expr='etcd_mvcc_db_total_size_in_bytes{job="etcd"}'
        ' / etcd_server_quota_backend_bytes{job="etcd"} > 0.8',
        wait="10m",
        severity="critical",
        route="platform",
        summary="etcd on {{ $labels.node }} uses {{ $value | humanizePercentage }} of its quota: "
        "when it is full, nothing can be written.",
    ),
)
