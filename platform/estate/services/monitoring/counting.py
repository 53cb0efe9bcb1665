"""What kube-state-metrics is told: which labels to show, and the node ports that it does not know.

It shows no label unless told to (D7), and of a Service no node port; that is read as it reads
custom resources.
"""

from __future__ import annotations

from estate.objects import JsonObject
from estate.plan.pools import POOL_LABEL
from estate.services.monitoring.access import COUNTED

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


def node_ports() -> JsonObject:
    """``estate_service_node_port_info``: one series for each port of each Service."""
    return {
        "kind": "CustomResourceStateMetrics",
        "spec": {
            "resources": [
                {
                    "groupVersionKind": {"group": "", "version": "v1", "kind": "Service"},
                    "metricNamePrefix": "estate",
                    "labelsFromPath": {
                        "namespace": ["metadata", "namespace"],
                        "service": ["metadata", "name"],
                    },
                    "metrics": [
                        {
                            "name": "service_node_port_info",
                            "help": "The node ports of a Service",
                            "each": {
                                "type": "Info",
                                "info": {
                                    "path": ["spec", "ports"],
                                    "labelsFromPath": {
                                        "port": ["name"],
                                        "node_port": ["nodePort"],
                                    },
                                },
                            },
                        }
                    ],
                }
            ]
        },
    }
