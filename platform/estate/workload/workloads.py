"""What runs an app's pods, and what keeps enough of them running."""

from __future__ import annotations

from estate.objects import JsonObject, Manifest
from estate.objects.labels import app_selector
from estate.plan.model import AppPlan
from estate.workload.own import own
from estate.workload.pods import template


def workload(plan: AppPlan) -> Manifest:
    """The object that runs the pods; ready within the declared budget, or the update failed."""
    budget = {"pulumi.com/timeoutSeconds": str(plan.ready_within)}
    return own(plan, "apps/v1", "Deployment", {"spec": _deployment(plan)}, annotations=budget)


def _deployment(plan: AppPlan) -> JsonObject:
    return {
        "replicas": plan.replicas,
        "revisionHistoryLimit": 5,
        "progressDeadlineSeconds": plan.ready_within,
        "selector": {"matchLabels": app_selector(plan.name)},
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
        },
        "template": template(plan),
    }


def disruption_budget(plan: AppPlan) -> Manifest:
    """One replica at a time may go: less than there are, so that a drain gets through (X6)."""
    spec: JsonObject = {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": app_selector(plan.name)},
    }
    return own(plan, "policy/v1", "PodDisruptionBudget", {"spec": spec})
