"""Nodes: gone, under pressure, filling up, unread."""

from __future__ import annotations

from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup

_DISKS = 'fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660|nfs.*",mountpoint!~"/run.*"'


def nodes() -> RuleGroup:
    """What ends a node, or soon will."""
    return RuleGroup(
        name="nodes",
        rules=(
            Alert(
                name="NodeDown",
                expr="estate:node_pool:info unless on (node) (estate:node_ready:bool == 1)",
                wait="3m",
                severity="critical",
                route="platform",
                summary="Node {{ $labels.node }} of pool {{ $labels.pool }} is not ready.",
            ),
            Alert(
                name="NodePressure",
                expr="max by (node, condition) (kube_node_status_condition"
                '{condition=~"(Memory|Disk|PID)Pressure",status="true"}) == 1',
                wait="2m",
                severity="warning",
                route="platform",
                summary="Node {{ $labels.node }} reports {{ $labels.condition }} and evicts pods.",
            ),
            Alert(
                name="NodeDiskFilling",
                expr=f"min by (node, mountpoint) (node_filesystem_avail_bytes{{{_DISKS}}}"
                f" / node_filesystem_size_bytes{{{_DISKS}}}) < 0.15",
                wait="10m",
                severity="warning",
                route="platform",
                summary="{{ $labels.mountpoint }} of {{ $labels.node }} has "
                "{{ $value | humanizePercentage }} left.",
            ),
            Alert(
                name="NodeDiskFullSoon",
                expr="min by (node, mountpoint) (predict_linear("
                f"node_filesystem_avail_bytes{{{_DISKS}}}[1h], 4 * 3600)) < 0",
                wait="15m",
                severity="critical",
                route="platform",
                summary="{{ $labels.mountpoint }} of {{ $labels.node }} will be full within four "
                "hours.",
            ),
            Alert(
                name="NodeInodesFew",
                expr=f"min by (node, mountpoint) (node_filesystem_files_free{{{_DISKS}}}"
                f" / (node_filesystem_files{{{_DISKS}}} > 0)) < 0.08",
                wait="10m",
                severity="warning",
                route="platform",
                summary="{{ $labels.mountpoint }} of {{ $labels.node }} has "
                "{{ $value | humanizePercentage }} of its inodes left.",
            ),
            Alert(
                name="NodeMemoryShort",
                expr="node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.05",
                wait="10m",
                severity="warning",
                route="platform",
                summary="Node {{ $labels.node }} has {{ $value | humanizePercentage }} of its "
                "memory left.",
            ),
            Alert(
                name="NodeClockWrong",
                expr="node_timex_sync_status == 0 or abs(node_timex_offset_seconds) > 0.05",
                wait="10m",
                severity="warning",
                route="platform",
                summary="The clock of {{ $labels.node }} is not held by a time server.",
            ),
            Alert(
                name="NodeExporterDown",
                expr='up{job="node-exporter"} == 0',
                wait="10m",
                severity="warning",
                route="platform",
                summary="Node {{ $labels.node }} tells nothing of its disks and memory.",
            ),
            Alert(
                name="KubeletDown",
                expr='up{job=~"kubelet|cadvisor"} == 0',
                wait="5m",
                severity="warning",
                route="platform",
                summary="The kubelet of {{ $labels.node }} does not answer for {{ $labels.job }}.",
            ),
        ),
    )
