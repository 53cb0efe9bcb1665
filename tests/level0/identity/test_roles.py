"""The table of roles: what no role may ever gain, whoever edits it (B2, B8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.objects.roles import PARTS, ROLES, Role, rights, rules
from estate.reader.values import ZONES, Zone
from estate.topics.identity.plan import IdentityPlan
from estate.topics.nodes.plan.platform_namespaces import PLATFORM_NAMESPACES
from tests.estates import shipped

pytestmark = pytest.mark.level0

WRITES = {"create", "update", "patch", "delete", "deletecollection"}
MAKERS_OF_PODS = {
    "pods",
    "replicationcontrollers",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "cronjobs",
    "jobs",
}


def verbs(role: Role, resource: str) -> set[str]:
    found = (right for right in rights(role, everywhere=True) if right.resource == resource)
    return {verb for right in found for verb in right.verbs}


def test_no_rule_has_a_wildcard_or_leads_to_more_rights() -> None:
    """B2: a wildcard includes secrets; escalate, bind and impersonate include everything."""
    for part in PARTS:
        assert part.roles, part.name
        for rule in part.rules:
            assert "*" not in (rule.group, *rule.resources, *rule.verbs), part.name
            assert not {"escalate", "bind", "impersonate"} & set(rule.verbs), part.name


@pytest.mark.parametrize("role", ROLES)
def test_no_role_makes_pods(role: Role) -> None:
    """B2: whoever makes a pod chooses its image, its node and the secrets that it mounts."""
    for resource in MAKERS_OF_PODS:
        assert not verbs(role, resource) & {"create", "update", "patch"}, resource


@pytest.mark.parametrize("role", ROLES)
def test_a_role_writes_no_object_but_a_pod_and_only_platform_administrators_a_node(
    role: Role,
) -> None:
    """B2: everything else is declared, and written by the platform's account alone."""
    written = {
        resource
        for rule in rules(role)
        for resource in rule.resources
        if set(rule.verbs) & WRITES and "/" not in resource
    }
    assert written <= ({"nodes"} if role == "platform-admin" else {"pods"})


@pytest.mark.parametrize("role", ROLES)
def test_only_a_tenants_administrators_see_secrets(role: Role) -> None:
    """B2: neither by name nor through a shell in a pod that mounts them."""
    for resource in ("secrets", "pods/exec"):
        assert bool(verbs(role, resource)) == (role == "tenant-admin"), resource
    assert not verbs(role, "pods/attach") and not verbs(role, "serviceaccounts/token")


@pytest.mark.parametrize("zone", ZONES)
def test_every_binding_is_to_groups_that_somebody_declared(tmp_path: Path, zone: Zone) -> None:
    """B2: no user has a right of its own, and of accounts those of the platform's services."""
    plan = shipped(tmp_path).plans()[zone]
    for manifest in compose(plan).manifests:
        if manifest.kind not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        body: Any = manifest.body
        (subject,) = body["subjects"]
        if manifest.name.endswith(("-deployer", "-pipeline")):
            continue  # see test_deployers.py
        if subject["kind"] == "ServiceAccount":
            assert subject["namespace"] in PLATFORM_NAMESPACES, manifest.name
            continue
        assert subject["kind"] == "Group", manifest.name
        if manifest.namespace is not None:
            tenant = manifest.namespace.split("-")[0]
            issuer, _, group = subject["name"].partition(":")
            assert issuer in {known.name for known in plan.of(IdentityPlan).identity.issuers}, (
                manifest.name
            )
            assert group.startswith(f"{tenant}-"), manifest.name
