"""The access matrix, as an auditor reads it: who, what, where (B2, B8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.objects.roles import ROLES, rights
from estate.topics.tenancy.plan import TenancyPlan
from tests.documents import table
from tests.estates import REPOSITORY, shipped

pytestmark = pytest.mark.level2

MATRIX = "access/matrix.csv"


def test_a_group_has_its_role_in_every_namespace_of_its_tenant(tmp_path: Path) -> None:
    """C2: the shared one and those of apps with a pool of their own, and no others."""
    plan = shipped(tmp_path).plans()["intranet"]
    rows = table(plan, MATRIX)
    found = {row["namespace"] for row in rows if row["group"] == "staff:life-developers"}
    (life,) = (tenant for tenant in plan.of(TenancyPlan).tenants if tenant.name == "life")
    assert found == {namespace.name for namespace in life.namespaces}
    assert len(found) > 1


def test_a_group_that_is_no_longer_declared_is_in_no_row(tmp_path: Path) -> None:
    """B2: the audit sees it go; nobody else's rows change."""
    estate = shipped(tmp_path)
    before = table(estate.plans()["dmz"], MATRIX)
    estate.edit("tenants/motor.yaml", "  operator: motor-operators\n", "")
    after = table(estate.plans()["dmz"], MATRIX)
    assert [row for row in before if row["group"] != "staff:motor-operators"] == after
    assert len(after) < len(before)


def test_a_tenants_group_has_no_row_about_the_cluster_itself(tmp_path: Path) -> None:
    """B2: an auditor of one tenant reads its rights, not the nodes and everybody's roles."""
    plan = shipped(tmp_path).plans()["dmz"]
    rows = table(plan, MATRIX)
    found = {row["resource"] for row in rows if row["group"] == "staff:life-auditors"}
    assert "rolebindings" in found
    assert not found & {"nodes", "persistentvolumes", "clusterroles", "storageclasses"}


SUBJECTS = "access/subjects.csv"


def test_the_list_of_rights_names_every_subject_and_every_account_of_the_platform(
    tmp_path: Path,
) -> None:
    """B2, B8: made from the objects that are applied, so that none is forgotten."""
    plan = shipped(tmp_path).plans()["dmz"]
    rows = table(plan, SUBJECTS)
    subjects = {row["subject"] for row in rows}
    manifests = list(compose(plan).manifests)
    bound: set[str] = set()
    for manifest in manifests:
        if manifest.kind in ("ClusterRoleBinding", "RoleBinding"):
            body: Any = manifest.body
            bound |= {subject["name"] for subject in body["subjects"]}
    assert bound <= subjects | {subject.rpartition(":")[2] for subject in subjects}
    accounts = {
        f"system:serviceaccount:{manifest.namespace}:{manifest.physical_name}"
        for manifest in manifests
        if manifest.kind == "ServiceAccount" and str(manifest.namespace).startswith("estate-")
    }
    assert accounts and accounts <= subjects
    people = {row["group"] or row["account"] for row in table(plan, MATRIX)}
    assert people <= subjects


def test_the_list_of_rights_shows_who_reads_secrets(tmp_path: Path) -> None:
    """B2: a tenant's administrators in their own namespaces, and routers where they publish."""
    plan = shipped(tmp_path).plans()["dmz"]
    of_secrets = [row for row in table(plan, SUBJECTS) if row["resource"] == "secrets"]
    assert {row["verbs"] for row in of_secrets if row["subject"] == "estate:preview"} == {"create"}
    reading = [row for row in of_secrets if row["verbs"] != "create"]
    assert {row["role"] for row in reading} == {
        "estate-tenant-admin",
        *(f"estate-router-{shard}-published" for shard in ("brokers", "default")),
        *(f"estate-router-{shard}-own" for shard in ("brokers", "default")),
    }
    assert all(row["namespace"] != "(all)" for row in reading)


def lines() -> Iterator[str]:
    """The table of docs/access.md: a line per resource, a column per role."""
    of = {
        role: {
            (right.group, right.resource): set(right.verbs)
            for right in rights(role, everywhere=True)
        }
        for role in ROLES
    }
    yield f"| resource | {' | '.join(ROLES)} |"
    yield "|---" * (len(ROLES) + 1) + "|"
    for group, resource in sorted({key for found in of.values() for key in found}):
        cells = [_short(found.get((group, resource), set())) for found in of.values()]
        yield f"| {resource}{f' ({group})' if group else ''} | {' | '.join(cells)} |"


def _short(verbs: set[str]) -> str:
    reads = {"get", "list", "watch"}
    words = ["read", *sorted(verbs - reads)] if reads <= verbs else sorted(verbs)
    return ", ".join(words)


def test_the_table_in_the_documentation_is_the_one_that_is_applied() -> None:
    """B8: each line that the roles have, and no line that they do not."""
    text = (REPOSITORY / "docs/access.md").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("|")] == list(lines())


def test_a_group_of_an_issuer_that_the_zone_does_not_have_has_no_row_there(tmp_path: Path) -> None:
    """B1: partners log in to the dmz only, so nobody in the intranet waits for their group."""
    plans = shipped(tmp_path).plans()
    group = "partners:brokers-support"
    assert group in {row["group"] for row in table(plans["dmz"], MATRIX)}
    assert group not in {row["group"] for row in table(plans["intranet"], MATRIX)}


def test_a_group_is_the_same_with_and_without_its_default_issuers_name(tmp_path: Path) -> None:
    """B1: who writes the name out changes no right."""
    estate = shipped(tmp_path)
    before = table(estate.plans()["dmz"], MATRIX)
    estate.edit("tenants/motor.yaml", ": motor-operators", ": staff:motor-operators")
    assert table(estate.plans()["dmz"], MATRIX) == before
