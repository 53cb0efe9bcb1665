"""Cluster roles of the one table, aggregated by label, and the platform's own groups; pure."""

from __future__ import annotations

from estate.objects.binding import RBAC, bind
from estate.objects.manifest import JsonObject, Manifest, manifest
from estate.objects.roles import PARTS, ROLES, Part, Role, aggregation_label, cluster_role
from estate.plan import Plan
from estate.topics.identity.plan import IdentityPlan


def roles(plan: Plan, labels: dict[str, str]) -> list[Manifest]:
    """Each part, each role that gathers its parts, and who has which role everywhere."""
    return [
        *(_part(part, labels) for part in PARTS),
        *(_role(role, labels) for role in ROLES),
        *(bind(binding.role, binding.group, labels) for binding in plan.of(IdentityPlan).bindings),
    ]


def _part(part: Part, labels: dict[str, str]) -> Manifest:
    rules: list[JsonObject] = [
        {"apiGroups": [rule.group], "resources": list(rule.resources), "verbs": list(rule.verbs)}
        for rule in part.rules
    ]
    gathered = {key: value for role in part.roles for key, value in aggregation_label(role).items()}
    return _cluster_role(f"estate-part-{part.name}", {"rules": rules}, {**labels, **gathered})


def _role(role: Role, labels: dict[str, str]) -> Manifest:
    """Its rules are the controller's to write, so none are given here."""
    selectors = [{"matchLabels": aggregation_label(role)}]
    fields: JsonObject = {"aggregationRule": {"clusterRoleSelectors": selectors}}
    return _cluster_role(cluster_role(role), fields, labels)


def _cluster_role(name: str, fields: JsonObject, labels: dict[str, str]) -> Manifest:
    return manifest(f"{RBAC}/v1", "ClusterRole", name, fields, labels=labels)
