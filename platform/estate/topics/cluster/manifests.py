"""Manifests of the cluster room; pure."""

from __future__ import annotations

from estate.objects.labels import zone_labels
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.network_policy import allow_dns, default_deny
from estate.objects.pod_security import pod_security
from estate.plan import Plan
from estate.topics.admission.plan.pod_security import loosened
from estate.topics.delivery.manifests import deployers
from estate.topics.identity.manifests import roles
from estate.topics.nodes.manifests.existing_nodes import existing_nodes
from estate.topics.nodes.manifests.node_pool import FIELD_MANAGER
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_NAMESPACES
from estate.topics.storage.manifests.classes import storage_classes

PREVIEW_GROUP = "estate:preview"
"""The group of the identity that CI previews with: it may write dry runs only."""


def platform(plan: Plan) -> tuple[Manifest, ...]:
    """Platform namespaces, roles, and what keeps previews and patches harmless."""
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
                    **pod_security(plan.cluster.version, loosened=loosened(plan.exceptions, name)),
                },
                protect=plan.protected,
            )
        )
        found += [default_deny(name, labels), allow_dns(name, labels)]
    return (
        *found,
        *storage_classes(plan, labels),
        *roles(plan, labels),
        *_preview(labels),
        *existing_nodes(FIELD_MANAGER, labels),
        *deployers(plan, labels),
    )


def _preview(labels: dict[str, str]) -> list[Manifest]:
    """A dry run takes the rights of the write, so admission refuses the write itself.

    Admission policies are not among what may be previewed: no policy guards policies, so an
    identity that may write one could lift this one. Who may change them previews the change.
    """
    name = "estate-preview"
    reads = ["get", "list", "watch"]
    rules: list[JsonObject] = [
        *(
            {"apiGroups": [group], "resources": list(resources), "verbs": ["create", "patch"]}
            for group, resources in _PREVIEWED.items()
        ),
        {"apiGroups": [""], "resources": list(_READ_CORE), "verbs": reads},
        {"apiGroups": list(_READ_GROUPS), "resources": ["*"], "verbs": reads},
        # Roles give more than a preview has; without these their dry run is an escalation.
        {
            "apiGroups": ["rbac.authorization.k8s.io"],
            "resources": ["clusterroles"],
            "verbs": ["bind", "escalate"],
        },
    ]
    group = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": PREVIEW_GROUP}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
    everything: JsonObject = {
        "apiGroups": ["*"],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE", "DELETE", "CONNECT"],
        "resources": ["*/*"],
        "scope": "*",
    }
    return [
        manifest(
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            name,
            {"rules": rules},
            labels=labels,
            annotations={
                "checkov.io/skip1": "CKV_K8S_158=a dry run of roles takes bind and escalate; "
                f"the admission policy {name} refuses the write"
            },
        ),
        manifest(
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
            name,
            {"roleRef": role, "subjects": [group]},
            labels=labels,
        ),
        manifest(
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicy",
            name,
            {
                "spec": {
                    "failurePolicy": "Fail",
                    "matchConstraints": {"resourceRules": [everything]},
                    "matchConditions": [
                        {
                            "name": "preview-identity",
                            "expression": f"'{PREVIEW_GROUP}' in request.userInfo.groups",
                        }
                    ],
                    "validations": [
                        {
                            "expression": "has(request.dryRun) && request.dryRun",
                            "reason": "Forbidden",
                            "message": "The preview identity may only send dry runs: "
                            "apply with the identity that deploys.",
                        }
                    ],
                }
            },
            labels=labels,
        ),
        manifest(
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicyBinding",
            name,
            {"spec": {"policyName": name, "validationActions": ["Deny"]}},
            labels=labels,
        ),
    ]


_PREVIEWED = {
    "": (
        "configmaps",
        "limitranges",
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "resourcequotas",
        "secrets",
        "serviceaccounts",
        "services",
    ),
    "apiregistration.k8s.io": ("apiservices",),
    "apps": ("daemonsets", "deployments", "statefulsets"),
    "autoscaling": ("horizontalpodautoscalers",),
    "batch": ("cronjobs",),
    "cert-manager.io": ("certificates",),
    "discovery.k8s.io": ("endpointslices",),
    "gateway.networking.k8s.io": ("gatewayclasses", "gateways", "httproutes"),
    "k8s.ovn.org": ("egressips",),
    "metallb.io": ("bgpadvertisements", "bgppeers", "ipaddresspools", "l2advertisements"),
    "networking.k8s.io": ("ingressclasses", "ingresses", "networkpolicies"),
    "policy": ("poddisruptionbudgets",),
    "security.istio.io": ("peerauthentications",),
    "snapshot.storage.k8s.io": ("volumesnapshotclasses",),
    "storage.k8s.io": ("storageclasses",),
    "rbac.authorization.k8s.io": ("clusterrolebindings", "clusterroles", "rolebindings", "roles"),
}
"""By API group: what the estate is made of, whose dry runs a preview asks for."""

_READ_CORE = (
    "namespaces",
    "nodes",
    "resourcequotas",
    "limitranges",
    "serviceaccounts",
    "services",
    "endpoints",
    "configmaps",
    "persistentvolumes",
    "persistentvolumeclaims",
    "pods",
    "events",
)
_READ_GROUPS = (
    "apiregistration.k8s.io",
    "apps",
    "autoscaling",
    "batch",
    "policy",
    "networking.k8s.io",
    "cert-manager.io",
    "discovery.k8s.io",
    "gateway.networking.k8s.io",
    "k8s.ovn.org",
    "metallb.io",
    "rbac.authorization.k8s.io",
    "admissionregistration.k8s.io",
    "security.istio.io",
    "snapshot.storage.k8s.io",
    "storage.k8s.io",
)
