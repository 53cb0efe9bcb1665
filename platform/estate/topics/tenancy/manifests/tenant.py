"""Manifests of the tenancy room; pure."""

from __future__ import annotations

from estate.objects import mesh
from estate.objects.binding import bind
from estate.objects.labels import BUSINESS_UNIT, CONTACT, COST_CENTRE, OWNER, tenant_labels
from estate.objects.manifest import Manifest, manifest
from estate.objects.network_policy import (
    allow_address,
    allow_dns,
    allow_same_namespace,
    default_deny,
)
from estate.objects.pod_security import pod_security
from estate.topics.nodes.plan.amounts import DISK, cpu_quantity, memory_quantity
from estate.topics.tenancy.manifests.databases import database
from estate.topics.tenancy.manifests.deployer import deployer
from estate.topics.tenancy.plan.model import NamespacePlan, Ownership, TenantPlan


def tenant(plan: TenantPlan) -> tuple[Manifest, ...]:
    """Each namespace of the tenant with everything that must stand in it before an app."""
    return tuple(one for namespace in plan.namespaces for one in _namespace(namespace))


def _namespace(plan: NamespacePlan) -> list[Manifest]:
    labels = tenant_labels(plan.zone, plan.tenant)
    return [
        manifest(
            "v1",
            "Namespace",
            plan.name,
            {},
            labels={
                **labels,
                "estate/pool": plan.pool,
                **pod_security(plan.version, loosened=plan.loosened),
                **(mesh.LABELS if plan.mesh else {}),
            },
            annotations=_ownership(plan.ownership),
            protect=plan.protected,
        ),
        _quota(plan, labels),
        _limits(plan, labels),
        default_deny(plan.name, labels),
        allow_dns(plan.name, labels),
        allow_same_namespace(plan.name, labels),
        *_mesh(plan, labels),
        *(bind(binding.role, binding.group, labels, plan.name) for binding in plan.bindings),
        *(deployer(plan.name, plan.pipeline, labels) if plan.pipeline else ()),
        *(one for found in plan.databases for one in database(found, plan.name, labels)),
    ]


def _mesh(plan: NamespacePlan, labels: dict[str, str]) -> list[Manifest]:
    if plan.mesh is None:
        return []
    return [
        mesh.peer_authentication(plan.name, labels, plan.mesh.mtls),
        allow_address("mesh-probes", plan.name, labels, mesh.PROBES),
    ]


def _ownership(found: Ownership) -> dict[str, str]:
    return {
        OWNER: found.owner,
        CONTACT: found.contact,
        BUSINESS_UNIT: found.business_unit,
        COST_CENTRE: found.cost_centre,
    }


def _quota(plan: NamespacePlan, labels: dict[str, str]) -> Manifest:
    memory = memory_quantity(plan.quota.memory)
    amounts = {
        "requests.cpu": cpu_quantity(plan.quota.cpu),
        "requests.memory": memory,
    }
    hard = {
        **({} if plan.alone else amounts),
        "pods": str(plan.quota.pods),
        "services.nodeports": str(plan.node_ports),
        "services.loadbalancers": str(plan.load_balancers),
    }
    return manifest(
        "v1",
        "ResourceQuota",
        "quota",
        {"spec": {"hard": hard}},
        namespace=plan.name,
        labels=labels,
        logical=f"{plan.name}-quota",
    )


def _limits(plan: NamespacePlan, labels: dict[str, str]) -> Manifest:
    """What a container gets that asks for nothing: enough to start, little enough to notice.

    Of the node's own disk all containers get this, apps' too: pods that start later than the change
    have it, and none restarts. An app's pod may fill 256Mi of /tmp and, with the kubelet's own
    defaults (containerLogMaxSize 10Mi, containerLogMaxFiles 5), some 50Mi with its output; the rest
    is for what it writes faster than the kubelet turns files over. The request is small, since
    neither quotas nor the arithmetic of pools count it.

    Where an app has declared no limit of CPU, there is none for a container that says nothing: it
    would be given to the app's.
    """
    most = {"memory": "1000Mi", "ephemeral-storage": memory_quantity(DISK)}
    container = {
        "type": "Container",
        "defaultRequest": {"cpu": "10m", "memory": "100Mi", "ephemeral-storage": "16Mi"},
        "default": most if plan.unlimited_cpu else {"cpu": "1", **most},
    }
    return manifest(
        "v1",
        "LimitRange",
        "limits",
        {"spec": {"limits": [container]}},
        namespace=plan.name,
        labels=labels,
        logical=f"{plan.name}-limits",
    )
