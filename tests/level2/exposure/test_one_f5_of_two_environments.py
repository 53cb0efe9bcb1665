"""An F5 of two environments: no declaration touches the other one's partitions (E3, E8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from estate.changes.as3 import change_declaration
from estate.plan import Plan
from estate.reader.stacks import Environment
from estate.topics.exposure.documents.partitions import partition_of
from estate.whole import whole
from tests.as3_device import Device
from tests.documents import as3, objects, texts
from tests.estates import TODAY
from tests.minimal import Minimal, minimal

pytestmark = pytest.mark.level2

STACKS = ("dmz", "test-dmz")


ADDRESSES = {"test": {"vip": {"address": "10.13.0.21"}}}


def estate(only_in: str | None = None) -> Minimal:
    """Production and test behind one device, each with its router and the app `till`."""
    made = minimal().with_environments("test")
    made = made.with_exposed_app(
        "till",
        address="10.13.0.20",
        node_port=30010,
        only_in=[only_in] if only_in else None,
    )
    if only_in != "production":
        made = made.with_file("apps/till-dmz.yaml", **{"in": ADDRESSES})
    device = {"name": "f5-dmz", "self_addresses": ["10.13.0.2"], "vips": ["10.13.0.16/28"]}
    return made.with_stack(
        "test-dmz",
        load_balancer=device,
        routers={"shards": [{"name": "default", "size": "S", "address": "10.13.0.18"}]},
    )


def plans(made: Minimal, folder: Path) -> Mapping[str, Plan]:
    folder.mkdir(exist_ok=True)
    found = whole(made.written(folder).root, TODAY)
    assert not found.problems, "\n".join(str(problem) for problem in found.problems)
    return {
        str(plan.stack): plan
        for derived in found.derived.values()
        for plan in derived.plans.values()
    }


def declarations(made: Minimal, folder: Path) -> dict[str, str]:
    found = plans(made, folder)
    return {stack: texts(found[stack])["f5/as3.json"] for stack in STACKS}


def test_a_partition_of_another_environment_than_the_first_names_it(tmp_path: Path) -> None:
    found = plans(estate(), tmp_path)
    assert objects(as3(found["dmz"]), "Tenant").keys() == {"platform", "team"}
    assert objects(as3(found["test-dmz"]), "Tenant").keys() == {"test_platform", "test_team"}
    assert as3(found["test-dmz"])["id"] == "estate-test-dmz"
    assert as3(found["test-dmz"])["test_team"]["till"]["service"]["virtualAddresses"] == [
        ["10.13.0.21", "10.99.0.0/16"]
    ]
    sheet = texts(found["test-dmz"])["cutover/till.md"]
    assert "test_team/till answers on 10.13.0.21:443" in sheet
    assert "`pulumi up -s test-dmz`" in sheet


def test_a_partition_does_not_depend_on_who_uses_the_device(tmp_path: Path) -> None:
    """Else a partition would be renamed, and its addresses gone for a while, when another
    environment joins."""
    alone = minimal().with_environments("test")
    found = plans(alone, tmp_path)
    assert objects(as3(found["test-dmz"]), "Tenant").keys() == {"test_platform"}


def test_other_environments_change_no_document_of_the_first(tmp_path: Path) -> None:
    """A1: the estate that has one environment, or becomes one of several, keeps its documents."""
    single = minimal().with_exposed_app("till", address="10.13.0.20", node_port=30010)
    before = plans(single, tmp_path / "single")
    after = plans(estate(), tmp_path / "both")
    assert texts(before["dmz"]) == texts(after["dmz"])


@pytest.mark.parametrize("order", [*permutations(STACKS)])
def test_declarations_are_posted_in_any_order(order: tuple[str, ...], tmp_path: Path) -> None:
    found = declarations(estate(), tmp_path)
    device = Device()
    for stack in (*order, *order):
        device.post(json.loads(found[stack]))
    expected = dict[str, Any]()
    for text in found.values():
        alone = Device()
        alone.post(json.loads(text))
        assert not expected.keys() & alone.partitions.keys()
        expected |= alone.partitions
    assert device.partitions == expected
    assert device.partitions.keys() == {"platform", "team", "test_platform", "test_team"}


@pytest.mark.parametrize(("environment", "gone"), [("production", "test_team"), ("test", "team")])
def test_what_leaves_one_environment_stays_in_the_other(
    environment: str, gone: str, tmp_path: Path
) -> None:
    """The change names an emptied partition, and only one of its own stack."""
    before = declarations(estate(), tmp_path / "before")
    after = declarations(estate(only_in=environment), tmp_path / "after")
    device = Device()
    for text in before.values():
        device.post(json.loads(text))
    kept = {name: one for name, one in device.partitions.items() if name != gone}
    for stack in STACKS:
        device.post(change_declaration(before[stack], after[stack]))
    assert device.partitions == kept


def test_the_longest_names_fit() -> None:
    """AS3 takes 64 characters: 20 of an environment, 30 of a tenant."""
    longest = Environment("e" * 20, first=False)
    assert str(partition_of(longest, "t" * 30)) == f"{'e' * 20}_{'t' * 30}"
