"""The registry inside the cluster: its objects, and who reaches it (G4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from estate.composition import compose
from estate.plan import Plan
from estate.proof.prove import prove
from tests.estates import shipped
from tests.proving import claimed

pytestmark = pytest.mark.level2


def objects(plan: Plan, kind: str) -> dict[str, Any]:
    """What its component registers, by name."""
    (group,) = (one for one in compose(plan).groups if one.name == "registry")
    return {
        manifest.physical_name: manifest.body
        for manifest in group.manifests
        if manifest.kind == kind
    }


def test_nobody_but_the_nodes_and_the_job_reaches_it(tmp_path: Path) -> None:
    """G4, G5: every way that its policies open is declared, and no other is open."""
    claim, found = claimed(shipped(tmp_path))
    proof = prove(claim, found)
    assert proof.problems == ()
    ways = {trail.flow.text for trail in proof.trails if trail.view.zone == "dmz"}
    assert {
        "nodes -> estate-registry/registry:5000",
        "estate-registry/promotion -> estate-registry/registry-intake:5000",
        "estate-registry/promotion -> virtual address of registry 10.10.0.20:443",
    } <= ways


def test_two_serve_two_take_in_and_one_of_each_may_go(tmp_path: Path) -> None:
    """G4, X6, D8: spread over nodes and racks, one at a time."""
    plan = shipped(tmp_path).plans()["dmz"]
    for name in ("registry", "registry-intake"):
        deployment = objects(plan, "Deployment")[name]
        assert deployment["spec"]["replicas"] == 2
        assert objects(plan, "PodDisruptionBudget")[name]["spec"]["maxUnavailable"] == 1
        spread = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert {one["topologyKey"] for one in spread} == {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }


def test_it_has_the_address_that_nodes_are_told_and_no_way_in_from_outside(tmp_path: Path) -> None:
    """G4: cluster addresses only, one of them fixed; clients of the intake stay with a pod."""
    plan = shipped(tmp_path).plans()["dmz"]
    services = objects(plan, "Service")
    assert services["registry"]["spec"]["clusterIP"] == "10.96.0.50"
    assert services["registry-intake"]["spec"]["sessionAffinity"] == "ClientIP"
    assert {service["spec"]["type"] for service in services.values()} == {"ClusterIP"}
    assert objects(plan, "Ingress") == {}


def test_all_share_one_directory_and_one_secret_and_who_serves_writes_nothing(
    tmp_path: Path,
) -> None:
    """G2, G4: the secret is generated and mounted; no environment variable names it."""
    plan = shipped(tmp_path).plans()["dmz"]
    (secret,) = objects(plan, "Secret")
    (claim,) = objects(plan, "PersistentVolumeClaim").values()
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    for name, writes in (("registry", False), ("registry-intake", True)):
        spec = objects(plan, "Deployment")[name]["spec"]["template"]["spec"]
        volumes = {one["name"]: one for one in spec["volumes"]}
        assert volumes["secret"]["secret"]["secretName"] == secret == "registry-http-g1"
        assert volumes["storage"]["persistentVolumeClaim"]["claimName"] == "storage"
        (container,) = spec["containers"]
        mounts = {one["name"]: one for one in container["volumeMounts"]}
        assert mounts["storage"].get("readOnly", False) is not writes
        assert "REGISTRY_HTTP_SECRET" not in {one["name"] for one in container["env"]}
