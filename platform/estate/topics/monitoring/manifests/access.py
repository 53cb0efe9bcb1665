"""What each part may ask the API server for, and nothing beside it (B2, I3)."""

from __future__ import annotations

from collections.abc import Mapping

from estate.objects.manifest import JsonObject

_WATCH = ["list", "watch"]
_READ = ["get", *_WATCH]


def _rule(group: str, resources: list[str], verbs: list[str]) -> JsonObject:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}


PROMETHEUS: list[JsonObject] = [
    _rule("", ["nodes", "pods", "services"], _READ),
    _rule("discovery.k8s.io", ["endpointslices"], _READ),
    # A kubelet checks this right of its metrics' readers; not nodes/proxy, which runs commands.
    _rule("", ["nodes/metrics"], ["get"]),
    {"nonResourceURLs": ["/metrics"], "verbs": ["get"]},
]

COUNTED: Mapping[str, tuple[str, ...]] = {
    "": (
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "pods",
        "resourcequotas",
        "services",
    ),
    "apps": ("daemonsets", "deployments", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs", "jobs"),
    "policy": ("poddisruptionbudgets",),
}
"""What kube-state-metrics counts, by API group: no secrets and no config maps."""

KUBE_STATE_METRICS: list[JsonObject] = [
    _rule(group, list(resources), _WATCH) for group, resources in COUNTED.items()
]

METRICS_SERVER: list[JsonObject] = [
    _rule("", ["nodes", "pods"], _READ),
    _rule("", ["nodes/metrics"], ["get"]),
]
