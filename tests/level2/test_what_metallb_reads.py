"""MetalLB's resources against the definitions of its own release (E9)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from estate.composition import compose
from tests.balancers import DMZ, with_metallb
from tests.estates import shipped
from toolchain import sources

pytestmark = pytest.mark.level2

Json = dict[str, Any]
Schemas = Mapping[tuple[str, str], Json]
"""By version of the API and kind."""

BGP = """\
    mode: bgp
    as_number: 64513
    peers:
      - {name: core-a, address: 10.10.1.1, as_number: 64512}
      - {name: core-b, address: 10.10.1.2, as_number: 64512}
"""


def _strict(schema: Any) -> Any:
    """The same schema, but what it does not know is refused, not pruned."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(schema, dict):
        return schema
    found: Json = {str(key): _strict(one) for key, one in schema.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(found.get("properties"), dict) and "additionalProperties" not in found:
        found["additionalProperties"] = False
    return found


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """Every served version of every kind that MetalLB defines."""
    found: dict[tuple[str, str], Json] = {}
    for path in sorted(sources.folder("metallb").glob("*.yaml")):
        spec: Json = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
        for version in spec["versions"]:
            if version["served"] and not version.get("deprecated"):
                schema = _strict(version["schema"]["openAPIV3Schema"])
                schema["properties"]["metadata"] = {"type": "object"}
                name = (f"{spec['group']}/{version['name']}", spec["names"]["kind"])
                found[name] = schema
    return found


def _resources(folder: Path, mode: str = "") -> list[Json]:
    estate = with_metallb(shipped(folder))
    if mode:
        estate.edit(DMZ, "    mode: layer2\n", mode)
    made = [one.body for one in compose(estate.plans()["dmz"]).manifests]
    return [one for one in made if str(one["apiVersion"]).startswith("metallb.io/")]


def _problems(schemas: Schemas, one: Json) -> list[str]:
    schema = schemas[one["apiVersion"], one["kind"]]
    return [error.message for error in Draft202012Validator(schema).iter_errors(one)]  # pyright: ignore[reportUnknownMemberType]


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
    assert [_problems(schemas, one) for one in found] == [[]] * len(found)


def test_routers_are_told_as_metallb_defines_it(schemas: Schemas, tmp_path: Path) -> None:
    """E9: with mode: bgp, the routers and the advertisements for them."""
    found = _resources(tmp_path, BGP)
    assert [one["kind"] for one in found] == [
        *["BGPPeer"] * 2,
        *["IPAddressPool"] * 2,
        *["BGPAdvertisement"] * 2,
    ]
    assert [_problems(schemas, one) for one in found] == [[]] * len(found)


def test_a_field_that_metallb_does_not_know_is_found(schemas: Schemas, tmp_path: Path) -> None:
    """E9: the API server would prune it without a word."""
    for one in _resources(tmp_path, BGP):
        wrong = copy.deepcopy(one)
        wrong["spec"]["nodeSelector"] = {"a": "b"}
        assert _problems(schemas, wrong)
