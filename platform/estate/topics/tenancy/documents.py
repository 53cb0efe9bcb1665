"""The access matrix: every group, its role, where, and what it may do there (B2, B8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estate.documents.document import Document, Row, csv_text
from estate.objects.deployers import ACCOUNTS, deployer_user
from estate.objects.roles import rights
from estate.plan import Plan
from estate.topics.identity.plan import IdentityPlan
from estate.topics.identity.plan.bindings import BindingPlan
from estate.topics.tenancy.plan import TenancyPlan
from estate.topics.tenancy.plan.model import NamespacePlan

COLUMNS = (
    "group",
    "account",
    "role",
    "tenant",
    "namespace",
    "api_group",
    "resource",
    "names",
    "verbs",
)

EVERYWHERE = "(all)"
"""In place of a namespace: the whole cluster, what has no namespace included."""

PLATFORM = "(platform)"
"""In place of a tenant: the group is the platform's own."""


def access_documents(plan: Plan) -> tuple[Document, ...]:
    """What is not in it, no group and no pipeline may do."""
    return (Document("access/matrix.csv", csv_text(COLUMNS, rows(plan))),)


def rows(plan: Plan) -> Iterator[Row]:
    """By tenant, namespace and role."""
    yield from _rows(plan.of(IdentityPlan).bindings, PLATFORM, None)
    for tenant in plan.of(TenancyPlan).tenants:
        for namespace in tenant.namespaces:
            yield from _rows(namespace.bindings, tenant.name, namespace.name)
            if namespace.pipeline:
                yield from _accounts(namespace)


def _rows(bindings: Iterable[BindingPlan], tenant: str, namespace: str | None) -> Iterator[Row]:
    for binding in bindings:
        for right in rights(binding.role, everywhere=namespace is None):
            yield {
                "group": binding.group,
                "account": "",
                "role": binding.role,
                "tenant": tenant,
                "namespace": namespace or EVERYWHERE,
                "api_group": right.group or "core",
                "resource": right.resource,
                "names": "",
                "verbs": " ".join(right.verbs),
            }


def _accounts(namespace: NamespacePlan) -> Iterator[Row]:
    """What a tenant's pipeline may do: by itself, and as the account whose tokens it asks for."""
    users = {"deployer": deployer_user(namespace.name), "pipeline": namespace.pipeline}
    for account, rules in ACCOUNTS.items():
        for rule in rules:
            for resource in rule.resources:
                yield {
                    "group": "",
                    "account": users[account],
                    "role": account,
                    "tenant": namespace.tenant,
                    "namespace": namespace.name,
                    "api_group": rule.group or "core",
                    "resource": resource,
                    "names": " ".join(rule.names),
                    "verbs": " ".join(sorted(rule.verbs)),
                }
