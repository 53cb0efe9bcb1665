"""A firewall of two environments: neither one's objects or rules replace the other's (E14, F2)."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from estate.plan import Plan
from estate.whole import whole
from tests.documents import table, texts
from tests.estates import TODAY
from tests.minimal import minimal

pytestmark = pytest.mark.level2


@pytest.fixture
def plans(tmp_path: Path) -> list[Plan]:
    """Both environments behind the same two firewalls and one F5, with the same app."""
    made = minimal().with_environments("test")
    made = made.with_exposed_app("till", address="10.13.0.20", node_port=30010)
    there = {"vip": {"address": "10.13.0.21"}}
    made = made.with_file("apps/till-dmz.yaml", **{"in": {"test": there}})
    for stack, outside, router in (("dmz", 13, 17), ("test-dmz", 63, 18)):
        made = made.with_stack(
            stack,
            load_balancer={
                "name": "f5-dmz",
                "self_addresses": [f"10.{outside}.0.2"],
                "vips": ["10.13.0.16/28"],
            },
            routers={"shards": [{"name": "default", "size": "S", "address": f"10.13.0.{router}"}]},
            firewalls=[
                {"name": "fw-outer", "before": "vips", "formats": ["csv", "fortios"]},
                {"name": "fw-nodes", "before": "nodes", "formats": ["csv", "fortios"]},
            ],
            firewall_order={"ticket": "CHG1", "ordered": "2026-02-16", "valid_days": 1095},
        )
    found = whole(made.written(tmp_path).root, TODAY)
    assert not found.problems, "\n".join(str(problem) for problem in found.problems)
    return [plan for derived in found.derived.values() for plan in derived.plans.values()]


def test_a_name_stands_for_one_set_of_addresses_in_all_environments(plans: list[Plan]) -> None:
    """E14: a firewall replaces the members of a group that is defined again."""
    meaning: defaultdict[str, set[str]] = defaultdict(set)
    for plan in plans:
        for name in texts(plan):
            if re.fullmatch(r"firewall/[^/]+/objects\.csv", name):
                for one in table(plan, name):
                    meaning[one["name"]].add(f"{one['kind']} {one['value']}")
    assert {name for name, found in meaning.items() if len(found) > 1} == set()
    assert {"g-dmz-machines", "g-test_dmz-machines"} <= set(meaning)


def test_a_rule_is_of_one_environment(plans: list[Plan]) -> None:
    """F2: its id is the name of a policy, which a firewall has once."""
    for firewall in ("fw-outer", "fw-nodes"):
        ids = [
            row["id"]
            for plan in plans
            if plan.zone == "dmz"
            for row in table(plan, f"firewall/{firewall}/rules.csv")
        ]
        assert len(ids) == len(set(ids)) >= 2
