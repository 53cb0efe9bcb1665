"""The identity that CI previews with: its rights, and what holds it to dry runs (B2).

A dry run takes the rights of the write, so admission refuses the write itself. Admission policies
are not among what may be previewed: no policy guards policies, so an identity that may write one
could lift this one. Who may change them previews the change.

Secrets may be created, as dry runs, and nothing else: the answer holds what was sent, and a name
that is taken is refused without its data. A patch of an existing one would answer with its data,
even as a dry run. What changes of a Secret that exists is shown from the state.
"""

from __future__ import annotations

from estate.objects.binding import RBAC
from estate.objects.labels import zone_labels
from estate.objects.limit import Demand, Limit, rule
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.plan import Plan

PREVIEW_GROUP = "estate:preview"
"""The group of the identity that CI previews with: it may write dry runs only."""

NAME = "estate-preview"

PREVIEW = Limit(
    name=NAME,
    resources=(rule("*", ("*/*",), ("CREATE", "UPDATE", "DELETE", "CONNECT"), scope="*"),),
    judged=f"'{PREVIEW_GROUP}' in request.userInfo.groups",
    demands=(
        Demand(
            holds="has(request.dryRun) && request.dryRun",
            says="The preview identity may only send dry runs: apply with the identity that "
            "deploys.",
        ),
    ),
)


def preview_rights(plan: Plan) -> tuple[Manifest, ...]:
    """The binding, which stands only while the policy does."""
    group = {"apiGroup": RBAC, "kind": "Group", "name": PREVIEW_GROUP}
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": NAME}
    return (
        manifest(
            f"{RBAC}/v1",
            "ClusterRoleBinding",
            f"{NAME}-dry-runs",
            {"roleRef": role, "subjects": [group]},
            labels=zone_labels(plan.zone),
        ),
    )


def preview_role(labels: dict[str, str]) -> Manifest:
    """What it may ask for as a dry run, and what it may read."""
    reads = ["get", "list", "watch"]
    rules: list[JsonObject] = [
        *(
            {"apiGroups": [group], "resources": list(resources), "verbs": ["create", "patch"]}
            for group, resources in _PREVIEWED.items()
        ),
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]},
        {"apiGroups": [""], "resources": list(_READ_CORE), "verbs": reads},
        {"apiGroups": list(_READ_GROUPS), "resources": ["*"], "verbs": reads},
        # Roles give more than a preview has; without these their dry run is an escalation.
        {"apiGroups": [RBAC], "resources": ["clusterroles"], "verbs": ["bind", "escalate"]},
    ]
    return manifest(
        f"{RBAC}/v1",
        "ClusterRole",
        NAME,
        {"rules": rules},
        labels=labels,
        annotations={
            "checkov.io/skip1": "CKV_K8S_158=a dry run of roles takes bind and escalate; "
            f"the admission policy {NAME} refuses the write"
        },
    )


_PREVIEWED = {
    "": (
        "configmaps",
        "limitranges",
        "namespaces",
        "nodes",
        "persistentvolumeclaims",
        "persistentvolumes",
        "resourcequotas",
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
