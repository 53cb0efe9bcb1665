"""What runs a stateful app: replicas with names and volumes of their own (K3, M3)."""

from __future__ import annotations

from estate.objects import JsonObject, Manifest
from estate.objects.labels import app_selector
from estate.plan.model import AppPlan, StatefulPlan
from estate.workload.own import disruption_budget, own
from estate.workload.pods import template
from estate.workload.volumes import claim_spec
from estate.workload.zookeeper import peers_service

FIRST = 1
"""Replicas are counted from 1: so are a ZooKeeper's servers, and disks in the inventory."""


def stateful_set(plan: AppPlan, stateful: StatefulPlan) -> list[Manifest]:
    """The StatefulSet and its disruption budget.

    Its claims stand already when it starts, so that its own templates make none. A disk that was
    assigned has the size that it has: another is refused by the API server, in the preview (F10).
    """
    spec: JsonObject = {
        "serviceName": peers_service(plan),
        "replicas": plan.replicas,
        "revisionHistoryLimit": 5,
        "podManagementPolicy": "Parallel" if stateful.parallel else "OrderedReady",
        "ordinals": {"start": FIRST},
        "updateStrategy": {"type": "RollingUpdate"},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "selector": {"matchLabels": app_selector(plan.name)},
        "template": template(plan),
        "volumeClaimTemplates": [
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": volume.name},
                "spec": claim_spec(volume),
            }
            for volume in stateful.volumes
        ],
    }
    budget = {"pulumi.com/timeoutSeconds": str(plan.ready_within)}
    return [
        own(plan, "apps/v1", "StatefulSet", {"spec": spec}, annotations=budget),
        own(plan, "policy/v1", "PodDisruptionBudget", disruption_budget(plan)),
    ]
