"""Manifests of admission; pure."""

from __future__ import annotations

from dataclasses import replace

from estate.objects.hashing import content_hash
from estate.objects.labels import zone_labels
from estate.objects.manifest import Manifest, manifest
from estate.objects.network_policy import default_deny
from estate.objects.pod_security import pod_security
from estate.topics.admission.declare.rules import RuleName
from estate.topics.admission.manifests.placement import (
    mutation_generation,
    mutation_manifests,
    placement,
)
from estate.topics.admission.manifests.pods import POD_POLICIES
from estate.topics.admission.manifests.policy import Data, Policy, policy_manifests
from estate.topics.admission.manifests.services import SERVICE_POLICIES
from estate.topics.admission.plan.admission import AdmissionPlan
from estate.topics.nodes.plan.platform_namespaces import ADMISSION_NAMESPACE


def admission(plan: AdmissionPlan) -> tuple[Manifest, ...]:
    """A namespace for parameters and probes, then each rule; bindings last."""
    labels = zone_labels(plan.zone)
    found = [
        manifest(
            "v1",
            "Namespace",
            ADMISSION_NAMESPACE,
            {},
            labels={**labels, **pod_security(plan.version)},
            protect=plan.protected,
        ),
        default_deny(ADMISSION_NAMESPACE, labels),
    ]
    for policy in policies(plan):
        found += policy_manifests(policy, parameters_of(policy.rule, plan), labels)
    if plan.mutates:
        found += mutation_manifests(parameters_of("placement", plan), labels, plan.excluded)
    return tuple(sorted(found, key=lambda one: one.kind.endswith("Binding")))


def policies(plan: AdmissionPlan) -> tuple[Policy, ...]:
    """Every rule of the zone."""
    found = (*POD_POLICIES, *SERVICE_POLICIES, placement(mutates=plan.mutates))
    return tuple(replace(policy, excluded=plan.excluded) for policy in found)


def parameters_of(rule: RuleName, plan: AdmissionPlan) -> Data:
    """What the rule has to know of the estate: text by key, as a ConfigMap holds it."""
    data = {"exceptions": " ".join(plan.excepted(rule))}
    data |= {f"open.{whose}": " ".join(opens) for whose, opens in plan.opened(rule).items()}
    if rule == "image":
        data["registry"] = plan.registry
    elif rule == "node-port":
        data |= {f"ports.{name}": " ".join(ports) for name, ports in plan.node_ports.items()}
    elif rule == "endpoints":
        data |= {f"servers.{name}": " ".join(found) for name, found in plan.servers.items()}
    elif rule == "exposure":
        data["zone"] = plan.zone
        # Where enforcement is observed no node port is declared: that rule shall refuse it there.
        exposed = (*plan.node_ports, *plan.routes, ADMISSION_NAMESPACE)
        data |= {f"exposure.{name}": plan.exposure for name in exposed}
        data |= {f"vips.{name}": " ".join(vips) for name, vips in plan.virtual_addresses.items()}
        for name, route in plan.routes.items():
            data[f"class.{name}"] = " ".join(route.classes)
            data[f"hosts.{name}"] = " ".join(route.hosts)
            if route.parents:
                data[f"parents.{name}"] = " ".join(route.parents)
    elif rule == "placement":
        for name, place in plan.placements.items():
            data[f"pool.{name}"] = place.pool
            if place.taints:
                data[f"taints.{name}"] = " ".join(
                    f"{taint.key}={taint.value}:{taint.effect}" for taint in place.taints
                )
        data[f"pool.{ADMISSION_NAMESPACE}"] = _no_pool(data, plan)
    return data


def _no_pool(data: Data, plan: AdmissionPlan) -> str:
    """A pool that no node is of, so that nothing ever runs where enforcement is observed.

    It differs whenever the mutation or its parameters do, which shows on a probing pod.
    """
    rule = replace(placement(mutates=plan.mutates), excluded=plan.excluded)
    generations = [rule.generation, mutation_generation(plan.excluded), dict(data)]
    return f"none-{content_hash(generations)}"
