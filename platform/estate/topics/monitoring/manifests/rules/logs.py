"""Whether logs are collected, taken in and kept (H3, H4)."""

from __future__ import annotations

from estate.topics.capacity.plan.limits import NEAR_PERCENT, SHARDS
from estate.topics.logging.manifests.pipeline import JOURNAL_INPUT
from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup

_LOGS = 'namespace="estate-logging"'
_DATA = "elasticsearch_filesystem_data"
_CLUSTER = "elasticsearch_cluster_health"
_SLM = "elasticsearch_slm_stats_snapshots"
_FILE = f'name=~"{JOURNAL_INPUT}-.+"'
_NEAR = (SHARDS.value or 0) * NEAR_PERCENT // 100
"""Shards for each data node."""


def logs() -> RuleGroup:
    """On the nodes, on the way, and where they are stored."""
    return RuleGroup(name="logging", rules=(*_COLLECTOR, *_RELOADS, *_STORE))


_COLLECTOR = (
    Alert(
        name="LogCollectorMissing",
        expr="max by (namespace, daemonset) "
        f"(kube_daemonset_status_number_unavailable{{{_LOGS}}}) > 0",
        wait="10m",
        severity="warning",
        route="platform",
        summary="The logs of {{ $value }} nodes are not collected.",
    ),
    Alert(
        name="LogsWaiting",
        expr=f"min by (name) (fluentbit_output_chunk_available_capacity_percent{{{_LOGS}}}) < 25",
        wait="5m",
        severity="warning",
        route="platform",
        summary="On a node, {{ $labels.name }} has {{ $value }} % left of the room in which logs "
        "wait: then the oldest are given up.",
    ),
    Alert(
        name="LogsLost",
        expr=f"sum by (name) (rate(fluentbit_output_dropped_records_total{{{_LOGS}}}[10m])) > 0",
        severity="critical",
        route="platform",
        summary="{{ $labels.name }} gives up {{ $value }} log lines a second.",
    ),
)

_RELOADS = (
    Alert(
        name="LogCollectorFileRefused",
        # Its name among the collector's inputs: see the collector's file. A changed file is in the
        # pods after a minute or two, and a reload waits a minute at most.
        expr=f"max by (pod, name) (fluentbit_input_records_total{{{_LOGS},{_FILE}}})"
        " unless on (name) estate_declared_log_file",
        wait="15m",
        severity="critical",
        route="platform",
        summary="{{ $labels.pod }} does not run by the declared file: it refused the last one, "
        "and would not start again.",
    ),
)

_STORE = (
    Alert(
        name="LogStoreShort",
        expr=f"estate:workload_ready:max{{{_LOGS}}} < estate:workload_replicas:max{{{_LOGS}}}",
        wait="10m",
        severity="warning",
        route="platform",
        summary="{{ $labels.workload }} has {{ $value }} ready pods: another loss may lose logs.",
    ),
    Alert(
        name="LogStoreWithoutMajority",
        expr=f'2 * estate:workload_ready:max{{{_LOGS},kind="StatefulSet"}}'
        f' <= estate:workload_replicas:max{{{_LOGS},kind="StatefulSet"}}',
        wait="2m",
        severity="critical",
        route="platform",
        summary="Of {{ $labels.workload }} no majority is ready: logs wait on the nodes' disks.",
    ),
    Alert(
        name="LogStoreRed",
        expr=f'max(elasticsearch_cluster_health_status{{{_LOGS},color="red"}}) == 1',
        wait="2m",
        severity="critical",
        route="platform",
        summary="Elasticsearch is red: some logs are on no node, and none can be added to them.",
    ),
    Alert(
        name="LogStoreYellow",
        expr=f'max(elasticsearch_cluster_health_status{{{_LOGS},color="yellow"}}) == 1',
        wait="30m",
        severity="warning",
        route="platform",
        summary="Elasticsearch is yellow for half an hour: some logs have one copy alone.",
    ),
    Alert(
        name="LogStoreFilling",
        expr=f"min by (name) ({_DATA}_available_bytes{{{_LOGS}}} / {_DATA}_size_bytes) < 0.15",
        wait="10m",
        severity="warning",
        route="platform",
        summary="The disk of {{ $labels.name }} has {{ $value | humanizePercentage }} left: "
        "Elasticsearch puts nothing more on it.",
    ),
    Alert(
        name="LogSnapshotsFail",
        # elasticsearch_exporter, collector slm. They are made once a night.
        expr=f"sum by (policy) (increase({_SLM}_failed_total{{{_LOGS}}}[25h])) > 0"
        f" or sum by (policy) (increase({_SLM}_taken_total{{{_LOGS}}}[49h])) == 0",
        wait="1h",
        severity="warning",
        route="platform",
        summary="The log store's snapshots of {{ $labels.policy }} fail, or none was made for two "
        "days.",
    ),
    Alert(
        name="LogStoreShards",
        expr=f"max({_CLUSTER}_active_shards{{{_LOGS}}} + {_CLUSTER}_unassigned_shards{{{_LOGS}}})"
        f" > {_NEAR} * min({_CLUSTER}_number_of_data_nodes{{{_LOGS}}})",
        wait="1h",
        severity="warning",
        route="platform",
        summary="Elasticsearch holds {{ $value }} shards: past 1000 for each data node it makes no "
        "further index, and logs wait on the nodes' disks.",
    ),
)
