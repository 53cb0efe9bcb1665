"""`estate list`: tables of what the plan has."""

from __future__ import annotations

import json
from datetime import date
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from estate.cli.listing.model import Row, Stack
from estate.cli.listing.table import LISTINGS, stacks_of
from estate.cli.main import main
from estate.topics.apps.plan import AppsPlan
from estate.topics.capacity.plan.loads import pool_load, pool_pods
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import Amount, NodePlan, PoolPlan
from estate.topics.nodes.plan.pods import Pod
from estate.topics.tenancy.plan import TenancyPlan
from estate.whole import whole
from tests.estates import Estate, shipped
from tests.minimal import minimal

pytestmark = pytest.mark.level0

TODAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return shipped(tmp_path_factory.mktemp("estate"))


@pytest.fixture(scope="module")
def stacks(estate: Estate) -> dict[str, Stack]:
    return {stack.name: stack for stack in stacks_of(whole(estate.root, TODAY))}


def rows(stack: Stack, name: str) -> list[Row]:
    (listing,) = (one for one in LISTINGS if one.name == name)
    return [*listing.rows(stack)]


def run(estate: Estate, *arguments: str) -> Result:
    command = ["list", "--root", str(estate.root), *arguments]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def test_every_app_tenant_node_and_virtual_server_has_one_row(stacks: dict[str, Stack]) -> None:
    """Nothing of the plan is left out, and nothing stands twice."""
    for stack in stacks.values():
        plan = stack.plan
        nodes = [node.name for pool in plan.of(NodesPlan).pools for node in pool.nodes]
        servers = plan.of(VirtualServersPlan).virtual_servers
        assert [row["app"] for row in rows(stack, "apps")] == [
            app.name for app in plan.of(AppsPlan).apps
        ]
        assert [row["tenant"] for row in rows(stack, "tenants")] == [
            tenant.name for tenant in plan.of(TenancyPlan).tenants
        ]
        assert [row["node"] for row in rows(stack, "nodes")] == nodes
        assert [row["virtual_server"] for row in rows(stack, "virtual-servers")] == [
            server.name for server in servers
        ]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: one.name)
def test_every_row_has_every_column(stacks: dict[str, Stack], listing: object) -> None:
    """Programs read the same keys from each row."""
    (known,) = (one for one in LISTINGS if one is listing)
    for stack in stacks.values():
        for row in known.rows(stack):
            assert {*known.columns} <= row.keys()


def test_an_app_is_listed_with_the_addresses_that_users_know(stacks: dict[str, Stack]) -> None:
    apps = {row["app"]: row for row in rows(stacks["dmz"], "apps")}
    assert apps["policy-portal"]["reached_at"] == ("10.10.0.21:443",)
    assert apps["quote"]["reached_at"] == ("quote.harbour.example",)


def test_a_database_of_the_other_zone_is_listed_where_apps_use_it(stacks: dict[str, Stack]) -> None:
    (policydb,) = (row for row in rows(stacks["dmz"], "databases") if row["database"] == "policydb")
    assert (policydb["zone"], policydb["apps"]) == ("intranet", ("policy-portal",))


def test_a_pool_is_held_against_its_nodes_without_one(stacks: dict[str, Stack]) -> None:
    """X4: of two nodes, the loss of one leaves half of the room."""
    (pool,) = (row for row in rows(stacks["dmz"], "pools") if row["pool"] == "policy-portal")
    assert (pool["percent_used"], pool["percent_used_after_loss"]) == (29, 57)


def test_no_pool_that_check_accepts_is_full_after_a_loss(stacks: dict[str, Stack]) -> None:
    """X4: the sum is a lower bound of what check's placement needs."""
    for stack in stacks.values():
        assert all(
            isinstance(row["percent_used_after_loss"], int)
            and row["percent_used_after_loss"] <= 100
            for row in rows(stack, "pools")
        )


def test_a_pod_whose_disk_is_in_the_lost_node_needs_no_place() -> None:
    """X15: it stays with its disk."""
    node = Amount(cpu=4000, memory=8 * 2**30, pods=10)
    pool = _pool(node, "n1", "n2")
    needs = Amount(cpu=3000, memory=2**30, pods=1)
    stays = pool_load(pool, [Pod("disk", needs, "n1"), Pod("disk", needs, "n2")])
    moves = pool_load(pool, [Pod("web", needs), Pod("web", needs)])
    assert stays.worst and stays.worst.percent == 75
    assert moves.worst and moves.worst.percent == 150


def test_pods_that_may_not_share_a_node_need_one_place_for_each_node_left() -> None:
    """K3: as check places them."""
    pool = _pool(Amount(cpu=4000, memory=8 * 2**30, pods=10), "n1", "n2", "n3")
    one = Pod("ensemble", Amount(cpu=3000, memory=2**30, pods=1), anti_affinity=True)
    load = pool_load(pool, [one, one, one])
    assert load.worst and load.worst.percent == 75


def test_a_retired_app_takes_no_room(tmp_path: Path) -> None:
    """D3: it is listed, and its pods are not counted."""
    made = minimal().with_app("shop").with_app("old", state="retired").written(tmp_path)
    (stack, _) = stacks_of(whole(made.root, TODAY))
    assert {row["app"]: row["state"] for row in rows(stack, "apps")} == {
        "old": "retired",
        "shop": "running",
    }
    carried = pool_pods(stack.given.catalogue, stack.given.service_pods)
    assert {pod.app for pod in carried[("dmz", "shared")]} == {"shop"}


def _pool(room: Amount, *names: str) -> PoolPlan:
    nodes = tuple(
        NodePlan(
            name=name,
            address=IPv4Address("10.0.0.1"),
            rack="a",
            size="medium",
            capacity=room,
            reserved=Amount(),
            allocatable=room,
            daemon_sets=Amount(),
        )
        for name in names
    )
    return PoolPlan(
        name="pool", zone="dmz", tenant=None, app=None, role=None, nodes=nodes, taints=()
    )


def test_without_an_argument_it_says_what_can_be_listed(estate: Estate) -> None:
    result = run(estate)
    assert result.exit_code == 0
    listed = {line.split()[0]: line.split()[1:3] for line in result.output.splitlines()[1:]}
    assert [*listed] == [one.name for one in LISTINGS]
    assert listed["apps"] == ["5", "13"]


def test_one_stack_or_all(estate: Estate) -> None:
    both, one = run(estate, "apps"), run(estate, "apps", "--stack", "dmz")
    assert {line.split()[0] for line in both.output.splitlines()} == {"stack", "dmz", "intranet"}
    assert {line.split()[0] for line in one.output.splitlines()} == {"stack", "dmz"}


def test_json_has_numbers_and_lists(estate: Estate) -> None:
    result = run(estate, "virtual-servers", "--stack", "dmz", "--json")
    servers = json.loads(result.output)["virtual_servers"]
    (portal,) = (one for one in servers if one["virtual_server"] == "policy-portal")
    assert portal["stack"] == "dmz"
    assert (portal["port"], portal["names"]) == (443, ["portal.harbour.example"])


def test_an_unknown_list_is_answered_with_a_near_name(estate: Estate) -> None:
    result = run(estate, "app")
    assert result.exit_code == 1
    assert "Did you mean 'apps'?" in result.output


def test_stacks_of_all_environments_are_listed(tmp_path: Path) -> None:
    """A6: those of later environments by their own names."""
    made = minimal().with_environments("test").written(tmp_path)
    names = [stack.name for stack in stacks_of(whole(made.root, TODAY))]
    assert sorted(names) == ["dmz", "intranet", "test-dmz", "test-intranet"]
