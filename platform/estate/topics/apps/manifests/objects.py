"""What every object of an app carries: names, labels, who answers for it."""

from __future__ import annotations

from estate.objects.labels import ALONE, OWNER, app_labels, app_selector
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.workloads import disruption_budget_spec, rollout_within
from estate.topics.apps.plan.model import AppPlan


def labels_of(plan: AppPlan) -> dict[str, str]:
    """The labels of the app's objects and pods."""
    return app_labels(plan.zone, plan.tenant, plan.name)


def own(
    plan: AppPlan,
    api_version: str,
    kind: str,
    fields: JsonObject,
    *,
    name: str = "",
    annotations: dict[str, str] | None = None,
) -> Manifest:
    """An object in the app's namespace, which has the app's name unless it needs another."""
    return manifest(
        api_version,
        kind,
        name or plan.name,
        fields,
        namespace=plan.namespace,
        labels=labels_of(plan),
        annotations={OWNER: plan.owner, **(annotations or {})},
    )


def leading(plan: AppPlan) -> dict[str, str]:
    """Whatever the tenant's pipeline has set, the declaration takes back when it is applied."""
    return {"pulumi.com/patchForce": "true"} if plan.deployed else {}


def reasoned(plan: AppPlan) -> dict[str, str]:
    """Why one pod is enough, for those who look at the workload."""
    return {ALONE: plan.alone.why} if plan.alone else {}


def waiting(plan: AppPlan) -> dict[str, str]:
    """How long the engine waits for a rollout: until its last replica had its time."""
    seconds = rollout_within(plan.most_replicas, plan.starts_within, plan.stop_within)
    return {"pulumi.com/timeoutSeconds": str(seconds)}


def disruption_budget(plan: AppPlan) -> JsonObject:
    """Lets a drain get through, and no more than one replica go at a time (X6)."""
    return {"spec": disruption_budget_spec(app_selector(plan.name))}
