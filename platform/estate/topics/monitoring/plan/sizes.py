"""What S, M and L of monitoring stand for: what each part requests, and how many of it run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from estate.declarations.stack import Stack
from estate.topics.monitoring.declare import MonitoringSize
from estate.topics.nodes.plan.model import Amount
from estate.topics.nodes.plan.pods import Pod
from estate.topics.nodes.plan.reloader import RELOADER

Part = Literal[
    "prometheus",
    "alertmanager",
    "grafana",
    "kube-state-metrics",
    "metrics-server",
    "blackbox-exporter",
]
"""The workloads beside node-exporter, which is a daemon set."""

REPLICAS: Mapping[Part, int] = {
    "prometheus": 2,
    "alertmanager": 2,
    "grafana": 1,
    "kube-state-metrics": 1,
    "metrics-server": 2,
    "blackbox-exporter": 2,
}
"""Two where a loss must not be noticed. Two of kube-state-metrics would count everything twice,
and what Grafana keeps itself, sessions, is its own: another starts in seconds."""


@dataclass(frozen=True, kw_only=True)
class Sizing:
    """One size."""

    nodes: int
    """Up to about how many nodes it is meant for."""
    parts: Mapping[Part, Amount]
    """What the program in one pod of each requests, which is its limit too."""


def _of(millicores: int, mebibytes: int) -> Amount:
    return Amount(cpu=millicores, memory=mebibytes * 2**20, pods=1)


SIZES: Mapping[MonitoringSize, Sizing] = {
    "S": Sizing(
        nodes=30,
        parts={
            "prometheus": _of(500, 2048),
            "alertmanager": _of(50, 128),
            "grafana": _of(100, 256),
            "kube-state-metrics": _of(50, 256),
            "metrics-server": _of(100, 200),
            "blackbox-exporter": _of(20, 64),
        },
    ),
    "M": Sizing(
        nodes=100,
        parts={
            "prometheus": _of(2000, 10240),
            "alertmanager": _of(100, 256),
            "grafana": _of(500, 512),
            "kube-state-metrics": _of(200, 512),
            "metrics-server": _of(200, 400),
            "blackbox-exporter": _of(50, 64),
        },
    ),
    "L": Sizing(
        nodes=500,
        parts={
            "prometheus": _of(4000, 24576),
            "alertmanager": _of(200, 512),
            "grafana": _of(1000, 1024),
            "kube-state-metrics": _of(500, 2048),
            "metrics-server": _of(500, 1024),
            "blackbox-exporter": _of(100, 128),
        },
    ),
}


def monitoring_pods(stack: Stack) -> Iterator[Pod]:
    """Every pod of monitoring. A Prometheus with a disk in a node is lost with it (X15)."""
    if stack.monitoring is None:
        return
    homes = {disk.replica: disk.node for disk in stack.monitoring.disks}
    for part, needs in SIZES[stack.monitoring.size].parts.items():
        if part == "metrics-server" and stack.monitoring.resource_metrics != "estate":
            continue
        for number in range(1, REPLICAS[part] + 1):
            home = homes.get(number) if part == "prometheus" else None
            beside = RELOADER if part == "alertmanager" else Amount()
            yield Pod(part, needs + beside, home)
