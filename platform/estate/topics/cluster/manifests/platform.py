"""Manifests of the cluster room; pure."""

from __future__ import annotations

from estate.objects.labels import zone_labels
from estate.objects.limit import Limit
from estate.objects.manifest import Manifest, manifest
from estate.objects.network_policy import allow_dns, default_deny
from estate.objects.pod_security import pod_security
from estate.objects.probe import Probe
from estate.plan import Plan
from estate.topics.admission.manifests.limits import identity_limits
from estate.topics.admission.plan import ExceptionsPlan
from estate.topics.cluster.manifests.preview import PREVIEW, preview_role
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.delivery.manifests import deployer_limit, deployer_roles
from estate.topics.identity.manifests import roles
from estate.topics.nodes.manifests.existing_nodes import existing_nodes
from estate.topics.nodes.manifests.node_pool import FIELD_MANAGER
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_NAMESPACES
from estate.topics.nodes.plan.pod_security import loosened
from estate.topics.storage.manifests.classes import storage_classes


def platform(plan: Plan) -> tuple[Manifest, ...]:
    """Platform namespaces, roles, and what keeps previews, pipelines and patches harmless."""
    labels = zone_labels(plan.zone)
    found: list[Manifest] = []
    for name in PLATFORM_NAMESPACES:
        found.append(
            manifest(
                "v1",
                "Namespace",
                name,
                {},
                labels={
                    **labels,
                    **pod_security(
                        plan.of(ControlPlanePlan).cluster.version,
                        loosened=loosened(plan.of(ExceptionsPlan).exceptions, name),
                    ),
                },
                protect=plan.protected,
            )
        )
        found += [default_deny(name, labels), allow_dns(name, labels)]
    return (
        *found,
        *storage_classes(plan, labels),
        *roles(plan, labels),
        preview_role(labels),
        *existing_nodes(FIELD_MANAGER, labels),
        *deployer_roles(plan, labels),
        *(one for limit in limits(plan) for one in limit.manifests(labels)),
    )


def limits(plan: Plan) -> tuple[Limit, ...]:
    """Policies that limit identities, whose rights other groups give later."""
    return (PREVIEW, *deployer_limit(plan), *identity_limits(plan))


def limits_enforced(plan: Plan) -> tuple[Probe, ...]:
    """How their enforcement is observed, before any of the rights is given."""
    return tuple(limit.probe() for limit in limits(plan))
