"""Thirty tenants and three hundred apps, checked by the command and applied to real API servers."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import estates
from estate.cli.main import main
from estate.topics.apps.plan import AppsPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.tenancy.plan import TenancyPlan
from tests.estates import Estate
from tests.level3.applied import STACKS, Applied, applied

APPS, NODES_PER_ZONE, TENANTS = 300, 60, 30


def generated(root: Path) -> Estate:
    """The declarations, under ``root``."""
    estates.write(root, APPS, NODES_PER_ZONE, TENANTS)
    return Estate(root)


def test_it_passes_check_and_becomes_two_plans(tmp_path: Path) -> None:
    """A10, X4: what the size of a bank declares is derived in one go."""
    estate = generated(tmp_path)
    result = CliRunner().invoke(main, ["check", "--root", str(estate.root)])
    assert result.exit_code == 0, result.output
    plans = estate.plans()
    assert sum(len(plan.of(AppsPlan).apps) for plan in plans.values()) == APPS
    tenants = {tenant.name for plan in plans.values() for tenant in plan.of(TenancyPlan).tenants}
    assert len(tenants) == TENANTS


@pytest.fixture(scope="module")
def large(
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Applied]:
    """Applied to a lab of its own."""
    folder = tmp_path_factory.mktemp("large")
    with applied(folder, generated(folder / "e")) as found:
        for stack in STACKS:
            found.up(stack)
        yield found


@pytest.mark.scale
@pytest.mark.parametrize("stack", STACKS)
def test_it_stands_and_a_second_up_changes_nothing(large: Applied, stack: str) -> None:
    """X4: every replica of every app runs where it must."""
    large.up(stack, "--expect-no-changes")
    plan = large.estate.plans()["dmz" if stack == "dmz" else "intranet"]
    pods = large.get(stack, "pods", "-A", "-l", "estate/app")
    assert all(pod["status"]["phase"] == "Running" for pod in pods)
    assert len(pods) == sum(app.replicas for app in plan.of(AppsPlan).apps)
    nodes = {pool.name: {node.name for node in pool.nodes} for pool in plan.of(NodesPlan).pools}
    pool_of = {app.name: app.pool for app in plan.of(AppsPlan).apps}
    for pod in pods:
        pool = pool_of[pod["metadata"]["labels"]["estate/app"]]
        assert pod["spec"]["nodeName"] in nodes[pool]


@pytest.mark.scale
@pytest.mark.parametrize("stack", STACKS)
def test_destroy_leaves_nothing_of_it(large: Applied, stack: str) -> None:
    large.lab.pulumi("destroy", "--yes", "--skip-preview", stack=stack)
    exported = json.loads(large.lab.pulumi("stack", "export", stack=stack).stdout)
    assert exported["deployment"].get("resources", []) == []
    assert large.everything(stack) == set()
