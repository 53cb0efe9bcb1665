"""The estates that benchmarks measure: valid, mixed like a real one, the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.estates import MOST_NODES, write
from estate.declarations.load import load
from estate.derivation import derive_on
from estate.topics.apps.plan import AppsPlan
from estate.topics.dns.plan import DnsPlan
from estate.topics.egress.plan import EgressPlan
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.logging.plan.logging import LoggingPlan
from estate.topics.monitoring.plan.monitoring import MonitoringPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.routers.plan import RoutersPlan
from tests.estates import TODAY

pytestmark = pytest.mark.level0


@pytest.mark.parametrize(
    "apps, nodes, tenants",
    [(12, 4, 1), (101, 20, 10), (300, 60, 30), (500, 60, 20), (900, 150, 130)],
)
def test_a_generated_estate_is_valid_and_mixed(
    apps: int, nodes: int, tenants: int, tmp_path: Path
) -> None:
    """A10: what the benchmarks measure is an estate that would be accepted."""
    write(tmp_path, apps, nodes, tenants)
    derived = derive_on(load(tmp_path), TODAY)
    assert derived.problems == ()
    planned = [app for plan in derived.plans.values() for app in plan.of(AppsPlan).apps]
    assert len(planned) == apps
    assert {app.kind for app in planned} == {"traditional", "service", "web"}
    for plan in derived.plans.values():
        running_apps = [pool for pool in plan.of(NodesPlan).pools if pool.role is None]
        assert sum(len(pool.nodes) for pool in running_apps) == nodes
        assert plan.of(RoutersPlan).routers
        assert plan.find(LoggingPlan)
        assert plan.of(ExposurePlan).log_intake
        assert plan.find(MonitoringPlan)
        assert plan.of(DnsPlan).dns
    assert derived.plans["dmz"].of(EgressPlan).relays
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
    assert len(files) == 49
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_the_most_nodes_have_addresses_and_fit_the_configuration(tmp_path: Path) -> None:
    """A10: twenty thousand resources stand on 600 nodes a zone."""
    write(tmp_path, apps=700, nodes_per_zone=MOST_NODES, tenants=240)
    assert derive_on(load(tmp_path), TODAY).problems == ()


def test_more_nodes_than_that_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"4 to {MOST_NODES} nodes"):
        write(tmp_path, apps=12, nodes_per_zone=MOST_NODES + 1, tenants=1)
