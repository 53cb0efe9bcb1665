"""Harbor in place of the plain registry: values, secrets and calls, as documents (G6).

Checked against the names in the chart's values.yaml and the API's swagger.yaml, both as published
by goharbor; neither program can be run here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.documents.secrets import referred_to
from estate.plan import Plan
from estate.proof.prove import prove
from estate.topics.document_secrets.plan import document_secrets
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.registry.plan import RegistryPlan
from tests.documents import table, texts
from tests.estates import Estate, shipped
from tests.proving import claimed

pytestmark = pytest.mark.level2

HARBOR = """\
    harbor:
      owner: platform@harbour.example
      servers:
        - {name: dmz-harbor-a, address: 10.10.2.31}
        - {name: dmz-harbor-b, address: 10.10.2.32}
      address: 10.10.0.20
      database: {host: postgres.harbour.example, user: harbor}
      redis:
        sentinels: ["a.harbour.example:26379", "b.harbour.example:26379", "c.harbour.example:26379"]
        master_set: harbor
      images: {claim: harbor-images}
      quota: 200Gi
      upstream:
        host: registry.quality.harbour.example
        user: robot$replication
        login: bootstrap:harbor-upstream
"""

BODIES: dict[str, set[str]] = {
    "/api/v2.0/projects": {
        "project_name",
        "public",
        "metadata",
        "cve_allowlist",
        "storage_limit",
        "registry_id",
    },
    "/api/v2.0/robots": {
        "name",
        "description",
        "secret",
        "level",
        "disable",
        "duration",
        "permissions",
    },
    "/api/v2.0/registries": {
        "id",
        "url",
        "name",
        "credential",
        "type",
        "insecure",
        "description",
    },
    "/api/v2.0/replication/policies": {
        "id",
        "name",
        "description",
        "src_registry",
        "dest_registry",
        "dest_namespace",
        "dest_namespace_replace_count",
        "trigger",
        "filters",
        "replicate_deletion",
        "override",
        "enabled",
        "speed",
    },
}
"""The fields of ProjectReq, RobotCreate, Registry and ReplicationPolicy."""

VALUES: dict[str, set[str]] = {
    "core": {
        "replicas",
        "automountServiceAccountToken",
        "topologySpreadConstraints",
        "existingSecret",
        "secretName",
        "existingXsrfSecret",
    },
    "portal": {"replicas", "automountServiceAccountToken", "topologySpreadConstraints"},
    "nginx": {"replicas", "automountServiceAccountToken", "topologySpreadConstraints"},
    "jobservice": {
        "replicas",
        "automountServiceAccountToken",
        "topologySpreadConstraints",
        "existingSecret",
        "jobLoggers",
    },
    "registry": {
        "replicas",
        "automountServiceAccountToken",
        "topologySpreadConstraints",
        "existingSecret",
        "relativeurls",
        "credentials",
    },
    "trivy": {"enabled", "replicas", "offlineScan", "skipUpdate", "skipJavaDBUpdate"},
    "database": {"type", "external"},
    "redis": {"type", "external"},
}


def with_harbor(folder: Path, harbor: str = HARBOR) -> Estate:
    """The shipped estate, with Harbor in place of the dmz's two registries."""
    estate = shipped(folder)
    text = (estate.root / "Pulumi.dmz.yaml").read_text(encoding="utf-8")
    start = text.index("    external:  ")
    end = text.index("  estate:", start)
    return estate.add("Pulumi.dmz.yaml", text[:start] + harbor + text[end:])


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return with_harbor(tmp_path).plans()["dmz"]


def values(plan: Plan) -> dict[str, Any]:
    return yaml.safe_load(texts(plan)["registry/harbor/values.yaml"])


def calls(plan: Plan, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(texts(plan)["registry/harbor/calls.json"])["calls"]
    return [one["body"] for one in found if one["path"] == f"/api/v2.0/{path}"]


def test_there_are_two_of_every_part_and_what_they_share_is_outside(plan: Plan) -> None:
    """G6: the database and Redis of the chart are single pods."""
    found = values(plan)
    for part in ("core", "portal", "registry", "jobservice", "nginx", "trivy"):
        assert found[part]["replicas"] == 2, part
    assert found["database"]["type"] == found["redis"]["type"] == "external"
    assert found["database"]["external"]["sslmode"] == "verify-full"
    assert found["redis"]["external"]["sentinelMasterSet"] == "harbor"
    claims = found["persistence"]["persistentVolumeClaim"]
    assert claims == {"registry": {"existingClaim": "harbor-images", "accessMode": "ReadWriteMany"}}
    assert found["jobservice"]["jobLoggers"] == ["database"]


def test_the_scanner_asks_nobody_outside(plan: Plan) -> None:
    """G6: neither for its databases nor for what a package depends on."""
    trivy = values(plan)["trivy"]
    assert trivy["offlineScan"] and trivy["skipUpdate"] and trivy["skipJavaDBUpdate"]


def test_values_and_bodies_have_only_fields_that_chart_and_api_know(plan: Plan) -> None:
    """G6."""
    found = values(plan)
    for section, known in VALUES.items():
        assert set(found[section]) <= known, section
    content = json.loads(texts(plan)["registry/harbor/calls.json"])["calls"]
    assert {one["path"] for one in content} == BODIES.keys()
    for one in content:
        assert set(one["body"]) <= BODIES[one["path"]], one


def test_no_document_holds_a_secret(plan: Plan) -> None:
    """X11: Secrets by name, one password by reference, robots' made by Harbor itself."""
    found = texts(plan)
    text = found["registry/harbor/values.yaml"]
    assert "password:" not in text and "existingSecret" in text
    named = {row["secret"] for row in table(plan, "registry/harbor/secrets.csv")}
    used = {word for word in text.replace("\n", " ").split() if word in named}
    assert used == named
    (name,) = referred_to(found["registry/harbor/calls.json"])
    assert name == "harbor-upstream"
    assert name in {
        document_secret.name
        for document_secret in document_secrets(plan)
        if document_secret.origin == "bootstrap"
    }
    assert all("secret" not in robot for robot in calls(plan, "robots"))


def test_each_tenant_has_a_project_and_a_robot_that_pushes_there_alone(plan: Plan) -> None:
    """G6: nodes pull from all, and nobody pulls unasked or unscanned."""
    projects = {call["project_name"]: call for call in calls(plan, "projects")}
    assert {"platform", "base", "motor", "life"} <= projects.keys()
    for project in projects.values():
        assert (
            project["metadata"]["public"] == "false"
            and project["metadata"]["prevent_vul"] == "true"
        )
        assert project["storage_limit"] == 200 * 2**30
    robots = {call["name"]: call for call in calls(plan, "robots")}
    assert robots.keys() == {"nodes", *(f"push-{name}" for name in projects)}
    for name, robot in robots.items():
        for permission in robot["permissions"]:
            actions = {one["action"] for one in permission["access"]}
            assert actions == ({"pull"} if name == "nodes" else {"pull", "push"})
        if name != "nodes":
            assert [one["namespace"] for one in robot["permissions"]] == [
                name.removeprefix("push-")
            ]


def test_replication_pulls_the_tenants_projects_and_deletes_nothing(plan: Plan) -> None:
    """G5, G6: from the outside in; a tag that moved is not written over."""
    policies = calls(plan, "replication/policies")
    assert {policy["dest_namespace"] for policy in policies} == {
        image.path.partition("/")[0] for image in plan.of(RegistryPlan).supply if not image.source
    }
    for policy in policies:
        assert (policy["replicate_deletion"], policy["override"]) == (False, False)
        assert "src_registry" in policy and "dest_registry" not in policy


def test_the_load_balancer_takes_401_for_an_answer_and_keeps_a_client_with_a_node(
    plan: Plan,
) -> None:
    """G2, G6."""
    (server,) = (
        virtual_server
        for virtual_server in plan.of(VirtualServersPlan).virtual_servers
        if virtual_server.name == "registry"
    )
    assert (server.monitor.path, server.monitor.statuses) == ("/v2/", (200, 401))
    assert [str(member) for member in server.members] == ["10.10.2.31", "10.10.2.32"]
    assert (server.member_port, server.port) == (30003, 443)


def test_the_way_to_its_nodes_is_a_declared_flow(tmp_path: Path) -> None:
    """G6, E3: by the virtual address, and nothing else is open."""
    claim, found = claimed(with_harbor(tmp_path))
    proof = prove(claim, found)
    assert proof.problems == ()
    flows = {trail.flow.text for trail in proof.trails if trail.view.zone == "dmz"}
    assert "clients -> 10.10.0.20:443 -> registry:30003" in flows


def test_images_in_an_object_store_need_no_claim(tmp_path: Path) -> None:
    """G6."""
    bucket = "images: {bucket: harbor, endpoint: s3.harbour.example}"
    harbor = HARBOR.replace("images: {claim: harbor-images}", bucket)
    found = values(with_harbor(tmp_path, harbor).plans()["dmz"])["persistence"]
    assert found["persistentVolumeClaim"] == {}
    assert found["imageChartStorage"]["type"] == "s3"
    assert found["imageChartStorage"]["disableredirect"] is True


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("harbor-job-logs", "quota: 200Gi", "quota: 200Gi\n      job_logs: ReadWriteOnce"),
        ("harbor-storage", "claim: harbor-images", "claim: harbor-images, access: ReadWriteOnce"),
        ("harbor-storage", "claim: harbor-images", "claim: harbor-images, bucket: harbor"),
        ("harbor-storage", "claim: harbor-images", "bucket: harbor"),
        ("vip-outside", "address: 10.10.0.20", "address: 10.10.0.99"),
        ("bad-secret-reference", "login: bootstrap:harbor-upstream", "login: hunter2"),
    ],
)
def test_what_would_leave_a_replica_waiting_is_refused(
    tmp_path: Path, code: str, old: str, new: str
) -> None:
    """G6, X11."""
    assert HARBOR.count(old) == 1
    problems = with_harbor(tmp_path, HARBOR.replace(old, new)).problems()
    assert {problem.code for problem in problems} == {code}
