"""Who may do what: the one table of roles (B2, B8). Manifests and the access matrix read it.

People change declarations, and the platform's own account applies them. People create that account
at bootstrap; it is not in this table. So no role here creates or changes declared objects:

- Nobody creates pods, or what makes pods: who does, chooses image, node and mounted secrets.
- Nobody writes services: RBAC cannot tell a node port from a cluster address. The quota of node
  ports is what holds the platform's account itself to the declaration.
- Nobody writes namespaces, quota, limits, network policies, volumes, claims or rights, and nobody
  has ``escalate``, ``bind`` or ``impersonate``.
- Secrets are read by a tenant's own administrators only. A shell reads what is mounted, so
  they alone have that, too: a developer or operator never sees a value.
- Logs are not for auditors: they may hold customers' data, which an audit of rights needs not.
- There is no wildcard, not even for platform administrators: it would include every secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Role = Literal["platform-admin", "tenant-admin", "developer", "operator", "auditor", "log-reader"]
ROLES: tuple[Role, ...] = (
    "platform-admin",
    "tenant-admin",
    "developer",
    "operator",
    "auditor",
    "log-reader",
)

READ = ("get", "list", "watch")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Verbs on resources of one API group."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    cluster: bool = False
    """Of the cluster itself: bound in a namespace, the rule gives nothing."""
    names: tuple[str, ...] = ()
    """The only objects that it is about; none: all of them."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rights that go together, and the roles that they are aggregated to."""

    name: str
    roles: tuple[Role, ...]
    rules: tuple[Rule, ...]


PARTS: tuple[Part, ...] = (
    Part(
        name="read",
        roles=("platform-admin", "tenant-admin", "developer", "operator", "auditor"),
        rules=(
            # Bound in a namespace, this is that namespace; a list of all is nobody's there (C2).
            Rule(group="", resources=("namespaces",), verbs=("get",)),
            Rule(
                group="",
                resources=(
                    "configmaps",
                    "endpoints",
                    "events",
                    "limitranges",
                    "persistentvolumeclaims",
                    "pods",
                    "resourcequotas",
                    "serviceaccounts",
                    "services",
                ),
                verbs=READ,
            ),
            Rule(
                group="apps",
                resources=("daemonsets", "deployments", "replicasets", "statefulsets"),
                verbs=READ,
            ),
            Rule(group="autoscaling", resources=("horizontalpodautoscalers",), verbs=READ),
            Rule(group="batch", resources=("cronjobs", "jobs"), verbs=READ),
            Rule(group="discovery.k8s.io", resources=("endpointslices",), verbs=READ),
            Rule(group="events.k8s.io", resources=("events",), verbs=READ),
            Rule(
                group="gateway.networking.k8s.io", resources=("gateways", "httproutes"), verbs=READ
            ),
            Rule(group="networking.k8s.io", resources=("ingresses", "networkpolicies"), verbs=READ),
            Rule(group="policy", resources=("poddisruptionbudgets",), verbs=READ),
        ),
    ),
    Part(
        name="rights",
        roles=("platform-admin", "tenant-admin", "auditor"),
        rules=(
            Rule(
                group="rbac.authorization.k8s.io",
                resources=("rolebindings", "roles"),
                verbs=READ,
            ),
        ),
    ),
    Part(
        name="logs",
        roles=("tenant-admin", "developer", "operator", "log-reader"),
        rules=(
            Rule(group="", resources=("pods",), verbs=READ),
            Rule(group="", resources=("pods/log",), verbs=("get",)),
        ),
    ),
    Part(
        name="debug",
        roles=("tenant-admin", "developer"),
        # Some clients open it with GET; the right is the same.
        rules=(Rule(group="", resources=("pods/portforward",), verbs=("create", "get")),),
    ),
    Part(
        name="restart",
        roles=("tenant-admin", "operator"),
        rules=(
            Rule(group="", resources=("pods",), verbs=("delete",)),
            Rule(group="", resources=("pods/eviction",), verbs=("create",)),
        ),
    ),
    Part(
        name="secrets",
        roles=("tenant-admin",),
        rules=(
            Rule(group="", resources=("secrets",), verbs=READ),
            Rule(group="", resources=("pods/exec",), verbs=("create", "get")),
        ),
    ),
    Part(
        name="cluster-read",
        roles=("platform-admin", "auditor"),
        rules=(
            Rule(group="", resources=("namespaces",), verbs=("list", "watch"), cluster=True),
            Rule(group="", resources=("nodes", "persistentvolumes"), verbs=READ, cluster=True),
            Rule(
                group="admissionregistration.k8s.io",
                resources=(
                    "mutatingadmissionpolicies",
                    "mutatingadmissionpolicybindings",
                    "mutatingwebhookconfigurations",
                    "validatingadmissionpolicies",
                    "validatingadmissionpolicybindings",
                    "validatingwebhookconfigurations",
                ),
                verbs=READ,
                cluster=True,
            ),
            Rule(
                group="gateway.networking.k8s.io",
                resources=("gatewayclasses",),
                verbs=READ,
                cluster=True,
            ),
            Rule(
                group="networking.k8s.io", resources=("ingressclasses",), verbs=READ, cluster=True
            ),
            Rule(
                group="rbac.authorization.k8s.io",
                resources=("clusterrolebindings", "clusterroles"),
                verbs=READ,
                cluster=True,
            ),
            Rule(group="storage.k8s.io", resources=("storageclasses",), verbs=READ, cluster=True),
        ),
    ),
    Part(
        name="drain",
        roles=("platform-admin",),
        # Out of service and back: cordon, then evict, which disruption budgets may refuse.
        rules=(
            Rule(group="", resources=("nodes",), verbs=("patch",), cluster=True),
            Rule(group="", resources=("pods/eviction",), verbs=("create",)),
        ),
    ),
)


@dataclass(frozen=True, kw_only=True, order=True)
class Right:
    """All that a role may do with one resource."""

    group: str
    resource: str
    verbs: tuple[str, ...]


def rights(role: Role, *, everywhere: bool) -> tuple[Right, ...]:
    """What ``role`` gives, sorted: bound in one namespace, or in the whole cluster."""
    found: dict[tuple[str, str], set[str]] = {}
    for rule in rules(role):
        if everywhere or not rule.cluster:
            for resource in rule.resources:
                found.setdefault((rule.group, resource), set()).update(rule.verbs)
    return tuple(
        Right(group=group, resource=resource, verbs=tuple(sorted(verbs)))
        for (group, resource), verbs in sorted(found.items())
    )


def rules(role: Role) -> Iterator[Rule]:
    """Every rule of the parts that are aggregated to ``role``."""
    return (rule for part in PARTS if role in part.roles for rule in part.rules)


def cluster_role(role: Role) -> str:
    """The name of the ClusterRole that bindings refer to."""
    return f"estate-{role}"


def aggregation_label(role: Role) -> dict[str, str]:
    """The label by which parts are aggregated to ``role``."""
    return {f"rbac.estate/aggregate-to-{role}": "true"}
