"""Leaving: what is protected, and how a tenant or an app consents to its deletion."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

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
    return found.edit(
        "Pulumi.intranet.yaml", "estate:removal: allowed", "estate:removal: protected"
    )


def run(estate: Estate) -> Recorder:
    config = engine_configuration(estate.root, "intranet")
    recorder = deploy(program_at(estate.root), stack_name="intranet", config=config)
    assert recorder.error is None
    return recorder


def objects_in(recorder: Recorder, namespace: str) -> list[Registration]:
    return [
        one
        for one in recorder.registrations
        if one.type.startswith("kubernetes:")
        and one.inputs["metadata"].get("namespace") == namespace
    ]


def test_namespaces_volumes_and_claims_are_protected_and_nothing_else_is(estate: Estate) -> None:
    """P-d: no file that goes missing deletes data."""
    for one in run(estate).registrations:
        assert one.protect == (one.type.split(":")[-1] in DURABLE), one.urn


def test_objects_of_a_protected_namespace_are_deleted_one_by_one(estate: Estate) -> None:
    for one in run(estate).registrations:
        assert not one.deleted_with, one.urn
        assert not one.replace_with, one.urn


def test_a_retired_app_keeps_its_volume_and_consents_to_its_deletion(estate: Estate) -> None:
    estate.add(APP, (estate.root / APP).read_text(encoding="utf-8") + "state: retired\n")
    recorder = run(estate)
    own = objects_in(recorder, "actuarial-reserving")
    kinds = {one.type.split(":")[-1] for one in own if "Tenant$" not in one.urn}
    assert kinds == {"PersistentVolumeClaim"}
    assert not recorder.one("Namespace", "actuarial-reserving").protect
    assert not recorder.one("PersistentVolume", "reserving-logs").protect
    assert not recorder.one("PersistentVolumeClaim", "reserving-logs").protect
    assert recorder.one("Namespace", "claims").protect


def test_a_retired_apps_namespace_takes_the_rest_with_it(estate: Estate) -> None:
    estate.add(APP, (estate.root / APP).read_text(encoding="utf-8") + "state: retired\n")
    for one in objects_in(run(estate), "actuarial-reserving"):
        assert one.deleted_with.endswith("::actuarial-reserving"), one.urn


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
        assert not any(one.protect for one in found)
