"""What runs a stateful app: replicas with names and volumes of their own (K3, M3)."""

from __future__ import annotations

from estate.objects.labels import app_selector
from estate.objects.manifest import Manifest
from estate.objects.workloads import stateful_set_spec
from estate.topics.apps.manifests.objects import disruption_budget, leading, own, reasoned, waiting
from estate.topics.apps.manifests.pods import template
from estate.topics.apps.manifests.volumes import claim_spec
from estate.topics.apps.plan.ensemble import peers_service
from estate.topics.apps.plan.model import AppPlan, StatefulPlan


def stateful_set(plan: AppPlan, stateful: StatefulPlan) -> list[Manifest]:
    """The StatefulSet and its disruption budget.

    Its claims stand already when it starts, so that its own templates make none. A disk that was
    assigned has its size: the API server refuses another one, in the preview (fault 10).
    """
    spec = stateful_set_spec(
        app_selector(plan.name),
        template(plan),
        plan.replicas,
        service=peers_service(plan),
        parallel=stateful.parallel,
        claims={volume.name: claim_spec(volume) for volume in stateful.volumes},
    )
    budget = {**waiting(plan), **leading(plan), **reasoned(plan)}
    found = [own(plan, "apps/v1", "StatefulSet", {"spec": spec}, annotations=budget)]
    if plan.alone is None:
        found.append(own(plan, "policy/v1", "PodDisruptionBudget", disruption_budget(plan)))
    return found
