"""What API servers are started with, before one reads it: level 3 starts one (B1, B3-B6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.composition import compose
from estate.plan import Plan
from estate.topics.cluster.manifests.preview import PREVIEW_GROUP
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import NetworkPlan
from tests import control_planes
from tests.documents import table, texts
from tests.estates import REPOSITORY, Estate, shipped

pytestmark = pytest.mark.level2

DMZ = "Pulumi.dmz.yaml"
FOLDER = "api-server"
INSTALLED = "/etc/kubernetes/estate/"


def read(plan: Plan, name: str) -> dict[str, Any]:
    """One of the files."""
    return yaml.safe_load(texts(plan)[f"{FOLDER}/{name}.yaml"])


def flags(plan: Plan) -> dict[str, str]:
    """The API servers' flags, as kubeadm takes them."""
    given: dict[str, str] | list[dict[str, str]] = read(plan, "kubeadm")["apiServer"]["extraArgs"]
    return given if isinstance(given, dict) else {one["name"]: one["value"] for one in given}


def of_version(estate: Estate, version: str) -> Plan:
    """The dmz's plan for a cluster of another version."""
    return control_planes.of_version(estate, version).plans()["dmz"]


def test_every_file_that_a_flag_names_is_handed_over(tmp_path: Path) -> None:
    """B1, X11: the key of the store, too, as a reference that the handover fills."""
    for plan in shipped(tmp_path).plans().values():
        named = {value for value in flags(plan).values() if value.startswith(INSTALLED)}
        handed = {
            INSTALLED + name.removeprefix(f"{FOLDER}/")
            for name in texts(plan)
            if name.startswith(FOLDER) and name.endswith(".yaml") and "kubeadm" not in name
        }
        assert named == handed
        assert "${secret:api-server-encryption}" in texts(plan)[f"{FOLDER}/encryption.yaml"]


def test_no_way_in_but_tokens_of_issuers_and_certificates(tmp_path: Path) -> None:
    """B5, B6: no token file, no password, no port without TLS, no flag beside the file."""
    for plan in shipped(tmp_path).plans().values():
        forbidden = ("oidc", "token-auth", "basic-auth", "insecure", "authorization-mode")
        assert not [flag for flag in flags(plan) if any(word in flag for word in forbidden)]
        secrets = [
            manifest.body for manifest in compose(plan).manifests if manifest.kind == "Secret"
        ]
        assert not [
            secret for secret in secrets if "service-account-token" in str(secret.get("type"))
        ]


@pytest.mark.parametrize(
    ("version", "authentication", "authorization", "kubeadm"),
    [
        ("1.30", "v1beta1", "v1beta1", "v1beta3"),
        ("1.31", "v1beta1", "v1beta1", "v1beta4"),
        ("1.32", "v1beta1", "v1", "v1beta4"),
        ("1.33", "v1beta1", "v1", "v1beta4"),
        ("1.34", "v1", "v1", "v1beta4"),
        ("1.36", "v1", "v1", "v1beta4"),
    ],
)
def test_each_version_gets_what_it_reads(
    version: str, authentication: str, authorization: str, kubeadm: str, tmp_path: Path
) -> None:
    """B1: an API server does not start on a version that it does not know."""
    plan = of_version(shipped(tmp_path), version)
    group = "apiserver.config.k8s.io"
    assert read(plan, "authentication")["apiVersion"] == f"{group}/{authentication}"
    assert read(plan, "authorization")["apiVersion"] == f"{group}/{authorization}"
    assert read(plan, "kubeadm")["apiVersion"] == f"kubeadm.k8s.io/{kubeadm}"


@pytest.mark.parametrize(("version", "by_file"), [("1.31", False), ("1.32", True)])
def test_anonymous_requests_are_limited_once(version: str, by_file: bool, tmp_path: Path) -> None:
    """B6: by the file where the version can; the flag beside it would stop the API server."""
    plan = of_version(shipped(tmp_path), version)
    assert ("anonymous" in read(plan, "authentication")) == by_file
    assert flags(plan).get("anonymous-auth") == (None if by_file else "false")


def test_the_pipelines_group_is_the_one_that_the_policy_holds(tmp_path: Path) -> None:
    """B1: under another name a preview could do nothing, or more than dry runs."""
    plan = shipped(tmp_path).plans()["dmz"]
    (ci,) = (
        one
        for one in read(plan, "authentication")["jwt"]
        if one["issuer"]["url"] == "https://ci.harbour.example"
    )
    assert ci["claimMappings"]["groups"] == {"expression": f"['{PREVIEW_GROUP}']"}


def test_several_audiences_are_alternatives(tmp_path: Path) -> None:
    """B1: an API server refuses a list of audiences without the word for it."""
    plan = (
        shipped(tmp_path)
        .edit(
            DMZ,
            "/realms/staff\n        audiences: [estate-dmz]",
            "/realms/staff\n        audiences: [estate-dmz, estate-tools]",
        )
        .plans()["dmz"]
    )
    issuers = {one["issuer"]["url"]: one["issuer"] for one in read(plan, "authentication")["jwt"]}
    assert issuers["https://login.harbour.example/realms/staff"]["audienceMatchPolicy"] == (
        "MatchAny"
    )
    assert "audienceMatchPolicy" not in issuers["https://ci.harbour.example"]


def test_no_body_that_may_hold_a_secret_is_written_down(tmp_path: Path) -> None:
    """fault 17: Request and RequestResponse are levels with bodies."""
    rules = read(shipped(tmp_path).plans()["dmz"], "audit-policy")["rules"]
    groups = {
        one["group"]
        for rule in rules
        if rule["level"] not in ("None", "Metadata")
        for one in rule["resources"]
    }
    assert groups and not groups & {"", "authentication.k8s.io"}
    assert rules[-1] == {"level": "Metadata"}


def test_the_certificates_name_what_the_api_server_is_reached_by(tmp_path: Path) -> None:
    """B4, A3: the virtual address, and the first of the services' addresses."""
    for plan in shipped(tmp_path).plans().values():
        rows = {row["certificate"]: row for row in table(plan, f"{FOLDER}/certificates.csv")}
        names = rows["API server"]["names"].split()
        assert str(plan.of(ControlPlanePlan).cluster.api_server.address) in names
        assert str(plan.of(NetworkPlan).network.services[1]) in names


def test_no_document_holds_a_key(tmp_path: Path) -> None:
    """B4: keys are made on the masters and stay there."""
    for plan in shipped(tmp_path).plans().values():
        for name, text in texts(plan).items():
            assert "PRIVATE KEY" not in text, name


def test_the_instructions_that_the_files_name_exist(tmp_path: Path) -> None:
    """A9: who installs a file is told what to do before and after."""
    for name, text in texts(shipped(tmp_path).plans()["dmz"]).items():
        if name.startswith(FOLDER) and name.endswith(".yaml"):
            assert "docs/api-server.md" in text, name
    assert (REPOSITORY / "docs/api-server.md").is_file()
