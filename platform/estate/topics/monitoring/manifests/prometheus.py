"""Prometheus' configuration and what it keeps."""

from __future__ import annotations

from estate.objects.manifest import JsonObject
from estate.topics.monitoring.manifests.scrape import alertmanagers, scrape_configs
from estate.topics.monitoring.plan.monitoring import MonitoringPlan

RULES = "/etc/prometheus/rules"
"""Where the rules are mounted."""

_KEPT_PERCENT = 80
"""Of a volume: the rest is for the write-ahead log and for a compaction under way."""


def prometheus_configuration(plan: MonitoringPlan) -> JsonObject:
    """Both read all of it, so that the loss of one loses nothing."""
    return {
        "global": {
            "scrape_interval": "30s",
            "scrape_timeout": "10s",
            "evaluation_interval": "30s",
            "external_labels": {"cluster": plan.cluster.name, "zone": plan.placement.zone},
        },
        "rule_files": [f"{RULES}/*.yaml"],
        "alerting": {"alertmanagers": [alertmanagers(plan.placement.namespace)]},
        "scrape_configs": scrape_configs(plan),
    }


def retention(plan: MonitoringPlan) -> tuple[str, str]:
    """The flags that keep samples for as long as declared, and the disk from being full."""
    smallest = min(disk.size for disk in plan.disks)
    mebibytes = smallest * _KEPT_PERCENT // 100 // 2**20
    return (
        f"--storage.tsdb.retention.time={plan.declared.days}d",
        f"--storage.tsdb.retention.size={mebibytes}MB",
    )
