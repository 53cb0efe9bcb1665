"""Configuration of kube-state-metrics: the kinds to count and the labels to show, as it shows none
by default (D7)."""

from __future__ import annotations

from estate.topics.monitoring.manifests.access import COUNTED
from estate.topics.nodes.plan.pools import POOL_LABEL

_MANAGED = ("app.kubernetes.io/managed-by",)
LABELS = {
    "deployments": _MANAGED,
    "namespaces": ("estate/tenant",),
    "nodes": (POOL_LABEL,),
    "poddisruptionbudgets": _MANAGED,
    "statefulsets": _MANAGED,
}


def flags() -> tuple[str, ...]:
    """Which objects it counts and which labels it shows."""
    resources = sorted(name for names in COUNTED.values() for name in names)
    shown = ",".join(f"{of}=[{','.join(labels)}]" for of, labels in LABELS.items())
    return (f"--resources={','.join(resources)}", f"--metric-labels-allowlist={shown}")
