"""What every object of an app carries: names, labels, who answers for it."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.labels import ALONE, OWNER, app_labels, app_selector
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.workloads import disruption_budget_spec, rollout_within
from estate.topics.apps.plan.model import AppPlan

_HIGH_USER = 10_000
"""From here on checkov takes a user for one that no node has."""


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
    """Why one pod is enough, and why scanners may pass what they would report."""
    alone = {ALONE: plan.alone.why} if plan.alone else {}
    accepted = enumerate(_accepted(plan), start=1)
    return alone | {f"checkov.io/skip{number}": reason for number, reason in accepted}


def _accepted(plan: AppPlan) -> Iterator[str]:
    if plan.alive is None:
        yield "CKV_K8S_8=only its own end starts it anew, as its app declares"
    if plan.ready is None:
        yield "CKV_K8S_9=nobody connects to a worker"
    if plan.limits.cpu is None:
        yield "CKV_K8S_11=its app declares that it has no limit of CPU"
    if plan.user < _HIGH_USER:
        yield "CKV_K8S_40=its image is made for this user"


def waiting(plan: AppPlan) -> dict[str, str]:
    """How long the engine waits for a rollout: until its last replica had its time."""
    seconds = rollout_within(plan.most_replicas, plan.starts_within, plan.stop_within)
    return {"pulumi.com/timeoutSeconds": str(seconds)}


def disruption_budget(plan: AppPlan) -> JsonObject:
    """Lets a drain get through, and no more than one replica go at a time (X6)."""
    return {"spec": disruption_budget_spec(app_selector(plan.name))}
