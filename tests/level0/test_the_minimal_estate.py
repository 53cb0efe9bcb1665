"""The estate that tests stand on: accepted as it is, and refused where it is made wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.minimal import SHAPES, Minimal, minimal

pytestmark = pytest.mark.level0


@pytest.mark.parametrize("estate", SHAPES.values(), ids=SHAPES)
def test_it_is_accepted(tmp_path: Path, estate: Minimal) -> None:
    assert [str(problem) for problem in estate.written(tmp_path).problems()] == []


def test_an_app_is_as_the_test_says(tmp_path: Path) -> None:
    estate = minimal().with_app("shop", replicas=3, size={"memory": "2Gi"})
    (app,) = estate.written(tmp_path).plans()["dmz"].apps
    assert (app.name, app.replicas) == ("shop", 3)


def test_a_wrong_declaration_is_refused(tmp_path: Path) -> None:
    estate = minimal().with_app("shop", tenant="nobody")
    assert [problem.code for problem in estate.written(tmp_path).problems()] == ["unknown-tenant"]


def test_mappings_are_merged_and_none_takes_a_key_away() -> None:
    estate = minimal().with_stack("dmz", network={"cni": "cilium", "tunnels": "10.13.8.0/24"})
    estate = estate.with_stack("dmz", network={"tunnels": None}, routers=None)
    facts = estate.files["Pulumi.dmz.yaml"]["config"]
    assert facts["estate:network"]["cni"] == "cilium"
    assert facts["estate:network"]["nodes"] == "10.10.1.0/24"
    assert "tunnels" not in facts["estate:network"] and "estate:routers" not in facts


def test_one_estate_is_the_start_of_several() -> None:
    start = minimal()
    start.with_app("shop").with_stack("dmz", network={"cni": "cilium"})
    assert start == minimal()
