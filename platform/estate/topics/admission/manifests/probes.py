"""How enforcement is observed: what an API server answers that knows this generation (E2)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.probe import Probe
from estate.topics.admission.manifests.admission import parameters_of, policies
from estate.topics.admission.manifests.examples import Place, as_pod, failing, pod
from estate.topics.admission.manifests.placement import NAME
from estate.topics.admission.manifests.policy import mark
from estate.topics.admission.plan.admission import AdmissionPlan
from estate.topics.nodes.plan.platform_namespaces import ADMISSION_NAMESPACE
from estate.topics.nodes.plan.pools import POOL_LABEL


def probes(plan: AdmissionPlan) -> tuple[Probe, ...]:
    """One for each rule, and one for what is put on pods."""
    return tuple(_probes(plan))


def _probes(plan: AdmissionPlan) -> Iterator[Probe]:
    pool = parameters_of("placement", plan)[f"pool.{ADMISSION_NAMESPACE}"]
    place = Place(
        namespace=ADMISSION_NAMESPACE,
        registry=plan.registry,
        zone=plan.zone,
        selector={POOL_LABEL: pool},
    )
    for policy in policies(plan):
        example = failing(policy.rule, place)
        says = mark(policy, parameters_of(policy.rule, plan))
        yield Probe(name=policy.name, path=example.path, body=example.body, says=says)
    if plan.mutates:
        bare = {key: value for key, value in pod(place).items() if key != "nodeSelector"}
        example = as_pod(place, bare)
        yield Probe(name=NAME, path=example.path, body=example.body, says=f'"{pool}"')
