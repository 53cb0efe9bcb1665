"""Namespaces in a service mesh: what is emitted, held against Istio's own definitions (K5, X16)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from estate.composition import compose
from estate.objects.definitions import Definition
from estate.objects.mesh import HBONE, PROBES
from estate.proof.prove import prove
from tests.estates import Estate, shipped
from tests.meshes import with_mesh
from tests.mutations import mutations
from tests.proving import claimed
from toolchain import sources

pytestmark = pytest.mark.level2

Json = dict[str, Any]


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return with_mesh(shipped(tmp_path))


def bodies(estate: Estate, kind: str, namespace: str = "") -> dict[str, Json]:
    """What is emitted of a kind, by name."""
    made = compose(estate.plans()["intranet"]).manifests
    found: list[Any] = [manifest.body for manifest in made if manifest.kind == kind]
    return {
        one["metadata"]["name"]: one
        for one in found
        if one["metadata"].get("namespace", "") == namespace
    }


def test_only_namespaces_that_opt_in_are_in_the_mesh(estate: Estate) -> None:
    """K5: a label on each; nothing changes for the others."""
    labelled = {
        name
        for name, body in bodies(estate, "Namespace").items()
        if body["metadata"]["labels"].get("istio.io/dataplane-mode") == "ambient"
    }
    assert labelled == {"life", "life-policy-portal", "motor"}


def test_peer_authentication_is_as_istio_defines_it(estate: Estate) -> None:
    """K5, X16: of its own release; a cluster that does not know it is told before anything else."""
    path = sources.folder("istio") / "customresourcedefinitions.gen.yaml"
    definitions: list[Json] = [*yaml.safe_load_all(path.read_text(encoding="utf-8"))]
    (schema,) = (
        version["schema"]["openAPIV3Schema"]
        for definition in definitions
        if definition and definition["spec"]["names"]["kind"] == "PeerAuthentication"
        for version in definition["spec"]["versions"]
        if version["name"] == "v1"
    )
    validator = Draft202012Validator(schema)
    one = bodies(estate, "PeerAuthentication", "motor")["default"]
    assert not list(validator.iter_errors(one))  # pyright: ignore[reportUnknownMemberType]
    assert one["spec"] == {"mtls": {"mode": "PERMISSIVE"}}
    one["spec"]["mtls"]["mode"] = "PERHAPS"
    assert list(validator.iter_errors(one))  # pyright: ignore[reportUnknownMemberType]
    wanted = Definition(api_version="security.istio.io/v1", kind="PeerAuthentication")
    assert wanted in compose(estate.plans()["intranet"]).definitions


def test_the_proxies_port_is_open_exactly_where_both_ends_are_in_the_mesh(estate: Estate) -> None:
    """K5, C4: from the caller's pods to the callee's, on both sides; probes by their address."""
    way_in = bodies(estate, "NetworkPolicy", "motor")["rating-connected-from"]["spec"]["ingress"]
    way_out = bodies(estate, "NetworkPolicy", "life")["underwriting-connects-to"]["spec"]["egress"]
    for rules in (way_in, way_out):
        assert {one["port"] for rule in rules for one in rule["ports"]} == {8080, HBONE}
    probes = bodies(estate, "NetworkPolicy", "motor")["mesh-probes"]["spec"]
    assert probes["ingress"] == [{"from": [{"ipBlock": {"cidr": str(PROBES)}}]}]
    own = bodies(estate, "NetworkPolicy", "life-policy-portal")
    assert "mesh-probes" in own
    assert str(HBONE) in str(own["policy-portal-connects-to"])
    others = bodies(estate, "NetworkPolicy", "actuarial-reserving")
    assert others and str(HBONE) not in str(others)


def test_the_proof_follows_what_the_mesh_carries(estate: Estate) -> None:
    """F6: complete with the policies, broken without either, and nothing else is open."""
    claim, found = claimed(estate)
    assert prove(claim, found).problems == ()
    own = ("rating-connected-from", "underwriting-connects-to", "mesh-probes")
    changed = [
        mutation
        for mutation in mutations(found)
        if any(name in mutation.name for name in own) and mutation.what.endswith("removed")
    ]
    assert len(changed) > 10
    assert [
        mutation.name for mutation in changed if not prove(claim, mutation.of(found)).problems
    ] == []
