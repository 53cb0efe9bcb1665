"""MetalLB's resources against the definitions of its own release (E9)."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from estate.composition import compose
from tests.balancers import DMZ, with_metallb
from tests.definitions import Json, Schemas, problems, schemas_of
from tests.estates import shipped

pytestmark = pytest.mark.level2

BGP = """\
    mode: bgp
    as_number: 64513
    peers:
      - {name: core-a, address: 10.10.1.1, as_number: 64512}
      - {name: core-b, address: 10.10.1.2, as_number: 64512}
"""


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """Every served version of every kind that MetalLB defines."""
    return schemas_of("metallb")


def _resources(folder: Path, mode: str = "") -> list[Json]:
    estate = with_metallb(shipped(folder))
    if mode:
        estate.edit(DMZ, "    mode: layer2\n", mode)
    made = [manifest.body for manifest in compose(estate.plans()["dmz"]).manifests]
    return [one for one in made if str(one["apiVersion"]).startswith("metallb.io/")]


def test_pools_and_advertisements_are_as_metallb_defines_them(
    schemas: Schemas, tmp_path: Path
) -> None:
    """E9: no field that its release does not know, none of another type, none missing."""
    found = _resources(tmp_path)
    assert [(one["kind"], one["metadata"]["name"]) for one in found] == [
        ("IPAddressPool", "brokers.brokers"),
        ("IPAddressPool", "life"),
        ("L2Advertisement", "brokers.brokers"),
        ("L2Advertisement", "life"),
    ]
    assert {one["metadata"]["namespace"] for one in found} == {"metallb-system"}
    assert [problems(schemas, one) for one in found] == [[]] * len(found)


def test_routers_are_told_as_metallb_defines_it(schemas: Schemas, tmp_path: Path) -> None:
    """E9: with mode: bgp, the routers and the advertisements for them."""
    found = _resources(tmp_path, BGP)
    assert [one["kind"] for one in found] == [
        *["BGPPeer"] * 2,
        *["IPAddressPool"] * 2,
        *["BGPAdvertisement"] * 2,
    ]
    assert [problems(schemas, one) for one in found] == [[]] * len(found)


def test_a_field_that_metallb_does_not_know_is_found(schemas: Schemas, tmp_path: Path) -> None:
    """E9: the API server would prune it without a word."""
    for resource in _resources(tmp_path, BGP):
        wrong = copy.deepcopy(resource)
        wrong["spec"]["nodeSelector"] = {"a": "b"}
        assert problems(schemas, wrong)
