"""Tenants' pipelines: what their accounts are given, and what they never are (L4, B2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.objects.deployers import ACCOUNTS
from estate.objects.manifest import Manifest
from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.tenancy.plan import TenancyPlan
from tests.estates import REPOSITORY, shipped

pytestmark = pytest.mark.level0

PIPELINE = "gitlab:project_path:life/deployment:ref_type:branch:ref:main"


def of_kind(plan: Plan, kind: str) -> list[Manifest]:
    return [manifest for manifest in compose(plan).manifests if manifest.kind == kind]


def bindings(plan: Plan, role: str) -> dict[str, Any]:
    """The subject that has an account's role, by namespace."""
    found: dict[str, Any] = {}
    for manifest in of_kind(plan, "RoleBinding"):
        body: Any = manifest.body
        if body["roleRef"]["name"] == role:
            (found[str(manifest.namespace)],) = body["subjects"]
    return found


def test_no_rule_sees_a_secret_makes_anything_or_opens_a_way() -> None:
    """L4: it patches workloads and reads whether they came up; quotas, ways and rights are not
    its business."""
    for rules in ACCOUNTS.values():
        for rule in rules:
            assert not {"*", "escalate", "bind", "impersonate"} & set(rule.verbs)
            assert "secrets" not in rule.resources and "*" not in rule.resources
            if rule.resources != ("serviceaccounts/token",):
                assert set(rule.verbs) <= {"get", "list", "watch", "patch"}
    (token,) = ACCOUNTS["pipeline"]
    assert (token.resources, token.verbs, token.names) == (
        ("serviceaccounts/token",),
        ("create",),
        ("deployer",),
    )


@pytest.mark.parametrize("zone", ZONES)
def test_the_accounts_stand_in_the_namespaces_of_their_tenant_alone(
    tmp_path: Path, zone: Zone
) -> None:
    """L4: one deployer for each namespace; the pipeline asks for tokens of these, and no others."""
    plan = shipped(tmp_path).plans()[zone]
    (life,) = (tenant for tenant in plan.of(TenancyPlan).tenants if tenant.name == "life")
    own = {one.name for one in life.namespaces}
    deployers = bindings(plan, "estate-deployer")
    pipelines = bindings(plan, "estate-pipeline")
    assert deployers.keys() == pipelines.keys() == own
    for namespace, subject in deployers.items():
        assert subject == {"kind": "ServiceAccount", "name": "deployer", "namespace": namespace}
    assert {pipeline["name"] for pipeline in pipelines.values()} == {PIPELINE}
    assert {pipeline["kind"] for pipeline in pipelines.values()} == {"User"}


def test_the_table_in_the_documentation_is_the_one_that_is_applied() -> None:
    """L4, B8."""
    text = (REPOSITORY / "docs/delivery.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith(("| deployer", "| pipeline"))]
    expected: list[str] = []
    for account, rules in ACCOUNTS.items():
        for rule in rules:
            what = ", ".join(rule.resources) + (f" ({rule.group})" if rule.group else "")
            what += f", of `{rule.names[0]}`" if rule.names else ""
            expected.append(f"| {account} | {what} | {', '.join(rule.verbs)} |")
    assert lines == expected


def test_no_token_is_stored(tmp_path: Path) -> None:
    """L4: no Secret of the service account type, and no pod gets the account's token unasked."""
    plan = shipped(tmp_path).plans()["dmz"]
    for manifest in of_kind(plan, "Secret"):
        body: Any = manifest.body
        assert body["type"] != "kubernetes.io/service-account-token"
    accounts = [
        manifest
        for manifest in of_kind(plan, "ServiceAccount")
        if manifest.physical_name == "deployer"
    ]
    assert accounts
    assert all(account.body["automountServiceAccountToken"] is False for account in accounts)


def test_the_declaration_has_the_last_word_where_a_pipeline_deploys(tmp_path: Path) -> None:
    """L3, fault 13: the next up takes back the fields that the deployer took, and no others.

    Labels of nodes are taken back as well, from kubelets.
    """
    plan = shipped(tmp_path).plans()["dmz"]
    forced: set[str] = set()
    for manifest in compose(plan).manifests:
        body: Any = manifest.body
        if manifest.kind != "Node" and "pulumi.com/patchForce" in body["metadata"].get(
            "annotations", {}
        ):
            forced.add(manifest.physical_name)
    assert forced == {app.name for app in plan.of(AppsPlan).apps if app.tenant == "life"}


def test_without_a_pipeline_nothing_of_it_is_emitted(tmp_path: Path) -> None:
    """L4: opt-in by tenant; the policy and the roles go with the last of them."""
    estate = shipped(tmp_path)
    text = (estate.root / "tenants/life.yaml").read_text(encoding="utf-8")
    start, end = text.index("deployer:"), text.index("zones:")
    plan = estate.add("tenants/life.yaml", text[:start] + text[end:]).plans()["dmz"]
    names = {manifest.physical_name for manifest in compose(plan).manifests}
    assert not {"deployer", "estate-deployer", "estate-pipeline"} & names


def test_a_zone_without_the_issuer_knows_no_pipeline(tmp_path: Path) -> None:
    """L4, A1: as with groups."""
    estate = shipped(tmp_path)
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    start, end = text.index("      - name: gitlab"), text.index("  estate:platform_groups")
    plans = estate.add("Pulumi.dmz.yaml", text[:start] + text[end:]).plans()
    assert not bindings(plans["dmz"], "estate-pipeline")
    assert bindings(plans["intranet"], "estate-pipeline")
