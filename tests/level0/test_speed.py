"""Reading and planning stay fast as the estate grows; measured in CPU time, best of a few."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.estates import write
from estate.declare import load
from estate.plan import derive
from tests.estates import REPOSITORY

pytestmark = pytest.mark.level0


def _best(run: Callable[[], object], tries: int = 3) -> float:
    times: list[float] = []
    for _ in range(tries):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def test_the_shipped_estate_is_checked_at_once() -> None:
    """A10: two seconds are allowed for `estate check`, most of them for starting Python."""
    assert _best(lambda: derive(load(REPOSITORY))) < 0.5


@pytest.mark.parametrize("apps, nodes, tenants", [(12, 4, 1), (101, 20, 10), (500, 60, 20)])
def test_a_generated_estate_is_valid_and_mixed(
    apps: int, nodes: int, tenants: int, tmp_path: Path
) -> None:
    """A10: what the benchmarks measure is an estate that would be accepted."""
    write(tmp_path, apps, nodes, tenants)
    derived = derive(load(tmp_path))
    assert derived.problems == ()
    planned = [app for plan in derived.plans.values() for app in plan.apps]
    assert len(planned) == apps
    assert all(sum(len(p.nodes) for p in plan.pools) == nodes for plan in derived.plans.values())
    assert {app.kind for app in planned} == {"traditional", "web"}
    for some in ("databases", "secrets", "logs"):
        assert any(getattr(app, some) for app in planned), some
    assert derived.plans["dmz"].firewall_rows
    if apps > 100:
        assert {bool(pool.app) for pool in derived.plans["dmz"].pools} == {True, False}


def test_an_estate_is_generated_the_same_each_time(tmp_path: Path) -> None:
    """A10: otherwise two runs measure two things."""
    for name in ("one", "two"):
        write(tmp_path / name, 40, 12, 4)
    files = sorted(
        path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.yaml")
    )
    assert len(files) == 46
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_cost_grows_with_the_number_of_apps_not_its_square(tmp_path: Path) -> None:
    """A10: four times the apps take about four times as long; twelve times would be the square."""
    spent: list[tuple[float, float]] = []
    for apps, nodes in ((150, 40), (600, 40)):
        root = tmp_path / str(apps)
        write(root, apps, nodes, 10)
        loaded = load(root)
        assert derive(loaded).problems == ()
        spent.append((_best(lambda at=root: load(at)), _best(lambda got=loaded: derive(got))))
    (load_few, derive_few), (load_many, derive_many) = spent
    assert load_many < 8 * load_few
    assert derive_many < 8 * derive_few


def test_problems_cost_no_more_than_plans(tmp_path: Path) -> None:
    """A10: an estate in which everything is wrong is told so in the same time."""
    write(tmp_path, 400, 40, 10)
    for path in (tmp_path / "apps").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        port = text.find("node_port: ")
        if port > 0:
            text = f"{text[:port]}node_port: 30000{text[port + 16 :]}"
        path.write_text(text, encoding="utf-8")
    for zone in ("dmz", "intranet"):
        stack = tmp_path / f"Pulumi.{zone}.yaml"
        stack.write_text(
            stack.read_text(encoding="utf-8").replace("pods: 500", "pods: 3"), encoding="utf-8"
        )
    loaded = load(tmp_path)
    assert len(derive(loaded).problems) > 190
    assert _best(lambda: derive(loaded), tries=2) < 2
