"""Addresses of OVN-Kubernetes that pods' connections leave by (F3); pure."""

from __future__ import annotations

from estate.objects.labels import zone_labels
from estate.objects.manifest import Manifest, manifest
from estate.topics.egress.plan.model import EgressAddressesPlan

_NAMESPACE = "kubernetes.io/metadata.name"


def egress_addresses(plan: EgressAddressesPlan) -> tuple[Manifest, ...]:
    """One object for all: which of several would hold for a pod is not defined."""
    namespaces = sorted({namespace for namespace, _ in plan.pods})
    apps = sorted({app for _, app in plan.pods})
    spec = {
        "egressIPs": [str(address) for address in plan.addresses],
        "namespaceSelector": {"matchExpressions": [_in(_NAMESPACE, namespaces)]},
        "podSelector": {"matchExpressions": [_in("estate/app", apps)]},
    }
    labels = zone_labels(plan.zone)
    return (manifest("k8s.ovn.org/v1", "EgressIP", "databases", {"spec": spec}, labels=labels),)


def _in(key: str, values: list[str]) -> dict[str, object]:
    return {"key": key, "operator": "In", "values": values}
