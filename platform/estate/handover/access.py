"""The access matrix: every group, its role, where, and what it may do there (B2, B8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estate.handover.document import Document, Row, csv_text
from estate.objects.roles import rights
from estate.plan.model import BindingPlan, Plan

COLUMNS = ("group", "role", "tenant", "namespace", "api_group", "resource", "verbs")

EVERYWHERE = "(all)"
"""In place of a namespace: the whole cluster, what has no namespace included."""

PLATFORM = "(platform)"
"""In place of a tenant: the group is the platform's own."""


def access_documents(plan: Plan) -> tuple[Document, ...]:
    """What is not in it, no group may do."""
    return (Document("access/matrix.csv", csv_text(COLUMNS, rows(plan))),)


def rows(plan: Plan) -> Iterator[Row]:
    """By tenant, namespace and role."""
    yield from _rows(plan.bindings, PLATFORM, None)
    for tenant in plan.tenants:
        for namespace in tenant.namespaces:
            yield from _rows(namespace.bindings, tenant.name, namespace.name)


def _rows(bindings: Iterable[BindingPlan], tenant: str, namespace: str | None) -> Iterator[Row]:
    for binding in bindings:
        for right in rights(binding.role, everywhere=namespace is None):
            yield {
                "group": binding.group,
                "role": binding.role,
                "tenant": tenant,
                "namespace": namespace or EVERYWHERE,
                "api_group": right.group or "core",
                "resource": right.resource,
                "verbs": " ".join(right.verbs),
            }
