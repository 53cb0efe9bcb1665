"""What runs an app's pods, and what keeps enough of them running."""

from __future__ import annotations

from estate.objects.labels import app_selector
from estate.objects.manifest import JsonObject, Manifest
from estate.objects.workloads import cron_job_spec, deployment_spec
from estate.topics.apps.manifests.objects import (
    disruption_budget,
    labels_of,
    leading,
    own,
    reasoned,
    waiting,
)
from estate.topics.apps.manifests.pods import template
from estate.topics.apps.manifests.stateful import stateful_set
from estate.topics.apps.plan.model import AppPlan, ScalePlan, SchedulePlan


def workloads(plan: AppPlan) -> list[Manifest]:
    """The objects that run the pods, and what keeps enough of them."""
    if plan.schedule:
        fields: JsonObject = {"spec": _cron_job(plan, plan.schedule)}
        return [own(plan, "batch/v1", "CronJob", fields, annotations=leading(plan))]
    if plan.stateful:
        return stateful_set(plan, plan.stateful)
    budget = {**waiting(plan), **leading(plan), **reasoned(plan)}
    found = [own(plan, "apps/v1", "Deployment", {"spec": _deployment(plan)}, annotations=budget)]
    if plan.alone is None:
        found.append(own(plan, "policy/v1", "PodDisruptionBudget", disruption_budget(plan)))
    if plan.scale:
        fields = {"spec": _autoscaler(plan, plan.scale)}
        found.append(own(plan, "autoscaling/v2", "HorizontalPodAutoscaler", fields))
    return found


def _deployment(plan: AppPlan) -> JsonObject:
    replicas = None if plan.scale else plan.replicas
    return deployment_spec(
        app_selector(plan.name),
        template(plan),
        replicas,
        plan.starts_within,
        overlap=plan.alone is None or plan.alone.overlap,
    )


def _autoscaler(plan: AppPlan, scale: ScalePlan) -> JsonObject:
    """Without a metrics server it keeps the least and says why in its conditions (D3)."""
    target: JsonObject = {"type": "Utilization", "averageUtilization": scale.cpu}
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": plan.name},
        "minReplicas": plan.replicas,
        "maxReplicas": scale.most,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }


def _cron_job(plan: AppPlan, schedule: SchedulePlan) -> JsonObject:
    return cron_job_spec(
        template(plan),
        labels_of(plan),
        cron=schedule.cron,
        time_zone=schedule.time_zone,
        start_within=schedule.start_within,
        retries=schedule.retries,
        time_limit=schedule.time_limit,
        suspended=schedule.suspended,
    )
