"""A mesh, and certificates by cert-manager, on a real API server that knows their definitions.

Rows K5, X16 and C7.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from tests.cert_managers import with_cert_manager
from tests.estates import shipped
from tests.level3.applied import Applied, applied
from tests.meshes import AMBIENT, with_mesh

ZONE = "intranet"
DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
CERTIFICATES = "certificates.cert-manager.io"
KIND = "peerauthentications.security.istio.io"
MESHED = {"life", "life-policy-portal", "motor"}
LABEL = "istio.io/dataplane-mode"


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Generator[Applied]:
    """The shipped estate, its intranet with a mesh and cert-manager: clusters, nothing applied."""
    folder = tmp_path_factory.mktemp("mesh")
    with applied(folder, with_cert_manager(with_mesh(shipped(folder)))) as found:
        yield found


def _labelled(mesh: Applied) -> set[str]:
    return {
        str(one["metadata"]["name"])
        for one in mesh.get(ZONE, "namespaces", "-l", f"{LABEL}=ambient")
    }


def _authentications(mesh: Applied) -> dict[str, Any]:
    return {one["metadata"]["namespace"]: one["spec"] for one in mesh.get(ZONE, KIND, "-A")}


def test_a_preview_says_which_definitions_are_missing(mesh: Applied) -> None:
    """K5, fault 11: before anything is written; the other zone has none, and needs none."""
    assert mesh.get("dmz", DEFINITIONS) == []
    mesh.lab.kubectl(ZONE, "delete", DEFINITIONS, KIND)
    try:
        ran = mesh.lab.pulumi("preview", "--non-interactive", stack=ZONE, check=False)
        assert ran.returncode != 0
        said = " ".join((ran.stdout + ran.stderr).split())
        assert "does not know PeerAuthentication of security.istio.io/v1" in said
        assert "come with Istio 1.31" in said
    finally:
        mesh.lab.up()


def test_it_is_applied_and_a_second_up_changes_nothing(mesh: Applied) -> None:
    """K5: as Istio's own definitions and our admission take it; others are as they were."""
    mesh.up(ZONE)
    mesh.up(ZONE, "--expect-no-changes")
    assert _labelled(mesh) == MESHED
    assert _authentications(mesh) == {one: {"mtls": {"mode": "PERMISSIVE"}} for one in MESHED}


def test_certificates_are_as_cert_manager_defines_them(mesh: Applied) -> None:
    """C7: the API server keeps what its definition knows, and refuses what it does not."""
    found = {one["metadata"]["name"]: one["spec"] for one in mesh.get(ZONE, CERTIFICATES, "-A")}
    assert found.keys() == {"elasticsearch-http-tls", "elasticsearch-transport-tls", "kibana-tls"}
    assert found["kibana-tls"]["issuerRef"]["name"] == "company-ca"
    words = ("patch", CERTIFICATES, "kibana-tls", "-n", "estate-logging", "--type=merge")
    patch = '--patch={"spec":{"usages":["whatever"]}}'
    ran = mesh.lab.kubectl(ZONE, *words, patch, "--dry-run=server", check=False)
    assert ran.returncode != 0
    assert "whatever" in ran.stderr


def test_every_pod_in_the_mesh_runs_under_the_strictest_pod_security(mesh: Applied) -> None:
    """K5, C4: no proxy beside it and no container that wants rights: nodes' own proxies carry."""
    for name in MESHED:
        (namespace,) = mesh.get(ZONE, "namespace", name)
        labels = namespace["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
        pods = mesh.get(ZONE, "pods", "-n", name)
        assert {pod["status"]["phase"] for pod in pods} <= {"Running", "Succeeded"} and pods


def test_istios_definition_refuses_what_it_does_not_know(mesh: Applied) -> None:
    """X16: so that the taking above can fail."""
    patch = '{"spec":{"mtls":{"mode":"PERHAPS"}}}'
    words = ("patch", KIND, "default", "-n", "motor", "--type=merge", f"--patch={patch}")
    ran = mesh.lab.kubectl(ZONE, *words, "--dry-run=server", check=False)
    assert ran.returncode != 0
    assert "PERHAPS" in ran.stderr


def test_a_namespace_that_leaves_the_mesh_is_as_if_it_had_never_been_in_it(mesh: Applied) -> None:
    """K5: label, object and the proxies' port go; pods stay as they are."""
    before = {one["metadata"]["uid"] for one in mesh.get(ZONE, "pods", "-n", "life-policy-portal")}
    mesh.estate.edit("apps/policy-portal-intranet.yaml", AMBIENT, "")
    mesh.up(ZONE)
    assert _labelled(mesh) == set(_authentications(mesh)) == MESHED - {"life-policy-portal"}
    (policy,) = mesh.get(
        ZONE, "networkpolicy", "policy-portal-connects-to", "-n", "life-policy-portal"
    )
    assert "15008" not in str(policy["spec"])
    after = {one["metadata"]["uid"] for one in mesh.get(ZONE, "pods", "-n", "life-policy-portal")}
    assert after == before


def test_destroy_leaves_nothing(mesh: Applied) -> None:
    """K5: definitions stay, since they are not ours; of what is ours, nothing does."""
    mesh.lab.pulumi("destroy", "--yes", stack=ZONE)
    assert mesh.everything(ZONE) == set()
    assert mesh.get(ZONE, KIND, "-A") == mesh.get(ZONE, CERTIFICATES, "-A") == []
    assert mesh.get(ZONE, DEFINITIONS)
