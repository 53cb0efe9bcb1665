"""Who may do what, made from the objects that are applied: every subject, every right (B2, B8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from estate.documents.document import Document, Row, csv_text
from estate.objects.manifest import Manifest

COLUMNS = ("kind", "subject", "role", "namespace", "api_group", "resource", "names", "verbs")

EVERYWHERE = "(all)"
"""In place of a namespace: the whole cluster, what has no namespace included."""
NOTHING = "(none)"
"""In place of a resource: an account without any right."""
KUBERNETES = "(as Kubernetes defines the role)"
"""In place of a resource: the role is not one of the estate's."""

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, order=True)
class _Subject:
    kind: str
    name: str
    """As API servers know it."""


def subject_documents(manifests: Iterable[Manifest]) -> tuple[Document, ...]:
    """What is not in it, no subject of the estate may do; accounts of apps have no right."""
    return (Document("access/subjects.csv", csv_text(COLUMNS, rows(list(manifests)))),)


def rows(manifests: list[Manifest]) -> list[Row]:
    """By subject, role and namespace."""
    roles = {
        manifest.physical_name: manifest for manifest in manifests if manifest.kind == "ClusterRole"
    }
    found: list[Row] = []
    bound: set[_Subject] = set()
    for manifest in manifests:
        if manifest.kind in ("ClusterRoleBinding", "RoleBinding"):
            body = cast(Json, manifest.body)
            rules = _rules(roles, body["roleRef"])
            for subject in _subjects(body):
                bound.add(subject)
                found += _rights(subject, body["roleRef"]["name"], manifest.namespace, rules)
    for manifest in manifests:
        account = _Subject(
            kind="ServiceAccount",
            name=f"system:serviceaccount:{manifest.namespace}:{manifest.physical_name}",
        )
        if manifest.kind == "ServiceAccount" and account not in bound:
            found += _rights(
                account, "", manifest.namespace, [{"resources": [NOTHING], "verbs": []}]
            )
    return sorted(found, key=lambda row: [str(row[column]) for column in COLUMNS])


def _subjects(binding: Json) -> Iterator[_Subject]:
    for one in binding.get("subjects", []):
        name = one["name"]
        if one["kind"] == "ServiceAccount":
            name = f"system:serviceaccount:{one['namespace']}:{name}"
        yield _Subject(kind=one["kind"], name=name)


def _rules(roles: dict[str, Manifest], reference: Json) -> list[Json]:
    """The rules of a role, those that are aggregated to it included."""
    role = roles.get(reference["name"]) if reference["kind"] == "ClusterRole" else None
    if role is None:
        return [{"resources": [KUBERNETES], "verbs": []}]
    body = cast(Json, role.body)
    rules: list[Json] = list(body.get("rules", []))
    for selector in body.get("aggregationRule", {}).get("clusterRoleSelectors", []):
        wanted = selector["matchLabels"].items()
        for other in roles.values():
            of_other = cast(Json, other.body)
            if wanted <= of_other["metadata"].get("labels", {}).items():
                rules += of_other.get("rules", [])
    return rules


def _rights(
    subject: _Subject, role: str, namespace: str | None, rules: Iterable[Json]
) -> Iterator[Row]:
    for rule in rules:
        for group in rule.get("apiGroups", [""]):
            for resource in (*rule.get("resources", []), *rule.get("nonResourceURLs", [])):
                yield {
                    "kind": subject.kind,
                    "subject": subject.name,
                    "role": role,
                    "namespace": namespace or EVERYWHERE,
                    "api_group": group or "core",
                    "resource": resource,
                    "names": " ".join(rule.get("resourceNames", [])),
                    "verbs": " ".join(sorted(rule["verbs"])),
                }
