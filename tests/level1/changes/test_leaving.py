"""Leaving: what is protected, and how a tenant or an app consents to its deletion."""

from __future__ import annotations

import shutil
from pathlib import Path

import pulumi
import pytest

from estate.composition import compose
from estate.engine.kubernetes_object import register
from estate.objects.manifest import Manifest, manifest
from tests.configuration import engine_configuration
from tests.estates import REPOSITORY, Estate, shipped
from tests.harness import Recorder, Registration, deploy, program_at

DURABLE = ("Namespace", "PersistentVolume", "PersistentVolumeClaim")
APP = "apps/reserving-intranet.yaml"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """The shipped estate, its intranet protected as a cluster that matters is."""
    found = shipped(tmp_path)
    shutil.copy(REPOSITORY / "__main__.py", found.root)
    (found.root / "platform").symlink_to(REPOSITORY / "platform")
    return found.without_calls_to_reserving().protected("intranet")


def run(estate: Estate) -> Recorder:
    config = engine_configuration(estate.root, "intranet")
    recorder = deploy(program_at(estate.root), stack_name="intranet", config=config)
    assert recorder.error is None
    return recorder


def objects_in(recorder: Recorder, namespace: str) -> list[Registration]:
    return [
        registration
        for registration in recorder.registrations
        if registration.type.startswith("kubernetes:")
        and registration.inputs["metadata"].get("namespace") == namespace
    ]


def test_namespaces_volumes_and_claims_are_protected_and_nothing_else_is(estate: Estate) -> None:
    """P-d: no file that goes missing deletes data."""
    for registration in run(estate).registrations:
        assert registration.protect == (registration.type.split(":")[-1] in DURABLE), (
            registration.urn
        )


def test_objects_of_a_protected_namespace_are_deleted_one_by_one(estate: Estate) -> None:
    for registration in run(estate).registrations:
        assert not registration.deleted_with, registration.urn
        assert not registration.replace_with, registration.urn


def test_a_retired_app_keeps_its_volume_and_consents_to_its_deletion(estate: Estate) -> None:
    estate.add(APP, (estate.root / APP).read_text(encoding="utf-8") + "state: retired\n")
    recorder = run(estate)
    own = objects_in(recorder, "actuarial-reserving")
    kinds = {
        registration.type.split(":")[-1]
        for registration in own
        if "Tenant$" not in registration.urn
    }
    assert kinds == {"PersistentVolumeClaim"}
    assert not recorder.one("Namespace", "actuarial-reserving").protect
    assert not recorder.one("PersistentVolume", "reserving-logs").protect
    assert not recorder.one("PersistentVolumeClaim", "reserving-logs").protect
    assert recorder.one("Namespace", "claims").protect


def test_a_retired_apps_namespace_takes_the_rest_with_it(estate: Estate) -> None:
    """But for the claim, which goes by itself: its volume waits for it."""
    estate.add(APP, (estate.root / APP).read_text(encoding="utf-8") + "state: retired\n")
    recorder = run(estate)
    claim = recorder.one("PersistentVolumeClaim", "reserving-logs")
    for registration in objects_in(recorder, "actuarial-reserving"):
        assert bool(registration.deleted_with) == (registration is not claim), registration.urn
        assert registration.deleted_with in (
            "",
            recorder.one("Namespace", "actuarial-reserving").urn,
        )


@pytest.mark.parametrize("removal", ["protected", "allowed"])
def test_pods_go_before_their_claims_and_claims_before_their_volumes(
    estate: Estate, removal: str
) -> None:
    """D3: the engine deletes few at a time; volumes that waited would hold up what frees them."""
    estate.edit("Pulumi.intranet.yaml", "estate:removal: protected", f"estate:removal: {removal}")
    recorder = run(estate)
    claims = list(recorder.of("PersistentVolumeClaim"))
    bound = [registration.inputs["spec"].get("volumeName") for registration in claims]
    assert set(bound) >= {"reserving-logs", "registry-zk.data-1", "document-store.documents-2"}
    for claim, volume in zip(claims, bound, strict=True):
        assert not claim.deleted_with, claim.urn
        assert not volume or recorder.one("PersistentVolume", volume).urn in claim.depends_on
    for kind, name, claim in (
        ("Deployment", "reserving", "reserving-logs"),
        ("StatefulSet", "registry-zk", "registry-zk.data-3"),
    ):
        workload = recorder.one(kind, name)
        assert recorder.one("PersistentVolumeClaim", claim).urn in workload.depends_on
        assert not workload.deleted_with
    stateless = recorder.one("Deployment", "rating")
    assert bool(stateless.deleted_with) == (removal == "allowed")


def test_the_order_in_which_a_room_gives_them_does_not_matter(estate: Estate) -> None:
    """D3: else one room that gives its pods first would be stuck when it goes."""
    plan = estate.plans()["intranet"]
    (group,) = (one for one in compose(plan).groups if one.name == "document-store")
    namespaces = {one.namespace for one in group.manifests if one.namespace}
    objects = [*(manifest("v1", "Namespace", name, {}) for name in namespaces), *group.manifests]

    def depends(given: list[Manifest]) -> dict[tuple[str, str], tuple[set[str], bool]]:
        def program() -> None:
            register(given, pulumi.ComponentResource("test:room:Room", "room"))

        found = deploy(program)
        assert found.error is None
        names = {registration.urn: registration.name for registration in found.registrations}
        return {
            (registration.type, registration.name): (
                {names[urn] for urn in registration.depends_on},
                bool(registration.deleted_with),
            )
            for registration in found.registrations
        }

    assert depends(objects) == depends(list(reversed(objects)))


def test_a_retired_tenant_keeps_its_namespaces_and_consents_to_their_deletion(
    estate: Estate,
) -> None:
    for name in ("apps/reserving-intranet.yaml", "tenants/actuarial.yaml"):
        text = (estate.root / name).read_text(encoding="utf-8")
        estate.add(name, text + "state: retired\n")
    recorder = run(estate)
    assert not recorder.one("Namespace", "actuarial-reserving").protect
    assert recorder.one("Namespace", "life").protect


def test_a_generated_secret_is_never_protected(estate: Estate) -> None:
    """A new generation has to be able to delete the old one."""
    recorder = run(estate)
    for kind in ("Secret", "RandomPassword"):
        found = list(recorder.of(kind))
        assert found
        assert not any(registration.protect for registration in found)


def test_roles_that_gather_others_go_before_their_parts(estate: Estate) -> None:
    """B8: the controller that writes their rules would make one anew while its parts go."""
    roles = list(run(estate).of("ClusterRole"))
    gathering = [role for role in roles if "aggregationRule" in role.inputs]
    parts = {role.urn for role in roles if role.name.startswith("estate-part-")}
    assert len(gathering) > 3 and parts
    for registration in gathering:
        assert parts <= set(registration.depends_on), registration.urn
