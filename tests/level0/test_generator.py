"""The estates that benchmarks measure: valid, mixed like a real one, the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.estates import write
from estate.declarations.load import load
from estate.derivation import derive
from estate.topics.apps.plan import AppsPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.nodes.plan import NodesPlan

pytestmark = pytest.mark.level0


@pytest.mark.parametrize(
    "apps, nodes, tenants", [(12, 4, 1), (101, 20, 10), (300, 60, 30), (500, 60, 20)]
)
def test_a_generated_estate_is_valid_and_mixed(
    apps: int, nodes: int, tenants: int, tmp_path: Path
) -> None:
    """A10: what the benchmarks measure is an estate that would be accepted."""
    write(tmp_path, apps, nodes, tenants)
    derived = derive(load(tmp_path))
    assert derived.problems == ()
    planned = [app for plan in derived.plans.values() for app in plan.of(AppsPlan).apps]
    assert len(planned) == apps
    assert all(
        sum(len(p.nodes) for p in plan.of(NodesPlan).pools) == nodes
        for plan in derived.plans.values()
    )
    assert {app.kind for app in planned} == {"traditional", "service"}
    for some in ("databases", "secrets", "logs"):
        assert any(getattr(app, some) for app in planned), some
    assert derived.plans["dmz"].of(FirewallPlan).rows
    if apps > 100:
        assert {bool(pool.app) for pool in derived.plans["dmz"].of(NodesPlan).pools} == {
            True,
            False,
        }


def test_an_estate_is_generated_the_same_each_time(tmp_path: Path) -> None:
    """A10: otherwise two runs measure two things."""
    for name in ("one", "two"):
        write(tmp_path / name, 40, 12, 4)
    files = sorted(
        path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.yaml")
    )
    assert len(files) == 47
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
