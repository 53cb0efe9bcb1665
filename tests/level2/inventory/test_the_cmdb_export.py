"""The CMDB export, read back: the plan's inventory again, exactly (A5, A9)."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import cast

import pytest

from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.nodes.declare import Role
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.model import Amount, NodePlan, PoolPlan, Taint
from estate.topics.tenancy.plan import TenancyPlan
from estate.topics.tenancy.plan.model import Ownership
from tests.documents import table
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

Row = dict[str, str]


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """The shipped one, with a retired app and an owner whose mailbox looks like a formula."""
    found = shipped(tmp_path)
    found.edit("apps/quote-dmz.yaml", "replicas: 3", "replicas: 3\nstate: retired")
    return found.edit("apps/claim-intake-dmz.yaml", "claim-intake@harbour", "-intake@harbour")


def rows(plan: Plan, name: str) -> list[Row]:
    """A table's rows; each says which zone and which cluster it is about."""
    found = table(plan, f"cmdb/{name}.csv")
    assert {(row["zone"], row["cluster"]) for row in found} == {
        (plan.zone, plan.of(ControlPlanePlan).cluster.name)
    }
    return found


def _amount(row: Row, prefix: str, pods: int) -> Amount:
    cpu, memory = row[f"{prefix}cpu_millicores"], row[f"{prefix}memory_bytes"]
    return Amount(cpu=int(cpu), memory=int(memory), pods=pods)


def _node(row: Row) -> NodePlan:
    pods = int(row["pods"])
    return NodePlan(
        name=row["node"],
        address=IPv4Address(row["address"]),
        rack=row["rack"],
        size=row["size"],
        capacity=_amount(row, "", pods),
        reserved=_amount(row, "reserved_", 0),
        allocatable=_amount(row, "allocatable_", pods),
        daemon_sets=_amount(row, "daemon_sets_", int(row["daemon_sets_pods"])),
    )


def _taint(text: str) -> Taint:
    rest, effect = text.split(":")
    key, value = rest.split("=")
    assert effect == "NoSchedule"
    return Taint(key=key, value=value, effect=effect)


def test_nodes_and_pools_read_back_are_the_plans(estate: Estate) -> None:
    """A5, A9: every field of every node and pool; nothing of the inventory is lost or rounded."""
    for plan in estate.plans().values():
        nodes = rows(plan, "nodes")
        pools = tuple(
            PoolPlan(
                name=row["pool"],
                zone=plan.zone,
                tenant=row["tenant"] or None,
                app=row["app"] or None,
                role=cast(Role | None, row["role"] or None),
                nodes=tuple(_node(node) for node in nodes if node["pool"] == row["pool"]),
                taints=tuple(_taint(one) for one in row["taints"].split()),
            )
            for row in rows(plan, "pools")
        )
        # Virtual addresses stand in the register of keepalived.
        assert pools == tuple(replace(pool, keepalived=None) for pool in plan.of(NodesPlan).pools)
        assert len(nodes) == sum(len(pool.nodes) for pool in plan.of(NodesPlan).pools)


def test_namespaces_read_back_are_the_plans(estate: Estate) -> None:
    """A9: whose they are, on which nodes, with how much."""
    for plan in estate.plans().values():
        assert [
            (
                row["namespace"],
                row["tenant"],
                row["pool"],
                Ownership(
                    owner=row["owner"],
                    contact=row["contact"].removeprefix("'"),
                    business_unit=row["business_unit"],
                    cost_centre=row["cost_centre"],
                ),
                row["quota_pods"],
                row["quota_cpu_millicores"],
                row["quota_memory_bytes"],
            )
            for row in rows(plan, "namespaces")
        ] == [
            (
                namespace.name,
                namespace.tenant,
                namespace.pool,
                namespace.ownership,
                str(namespace.quota.pods),
                "" if namespace.alone else str(namespace.quota.cpu),
                "" if namespace.alone else str(namespace.quota.memory),
            )
            for namespace in sorted(
                (
                    namespace
                    for tenant in plan.of(TenancyPlan).tenants
                    for namespace in tenant.namespaces
                ),
                key=lambda namespace: namespace.name,
            )
        ]


def test_apps_read_back_are_the_plans(estate: Estate) -> None:
    """A9: what runs, where, how it is reached, whom it reaches, and who answers for it."""
    for plan in estate.plans().values():
        for row, app in zip(rows(plan, "apps"), plan.of(AppsPlan).apps, strict=True):
            expected = (app.name, app.tenant, app.namespace, app.pool, app.kind, app.image)
            found = tuple(
                row[key] for key in ("app", "tenant", "namespace", "pool", "kind", "image")
            )
            assert found == expected
            # A cell that would begin as a formula is marked as text.
            assert row["owner"].removeprefix("'") == app.owner
            assert (row["state"] == "active") is app.running
            assert (int(row["replicas"]), row["port"]) == (app.replicas, str(app.port or ""))
            assert _amount(row, "", 1) == app.size
            assert row["databases"].split() == [database.name for database in app.databases]
            assert row["connects_to"].split() == [peer.callee for peer in app.connects_to]
            others = [other.app for other in app.other_zone]
            assert row["connects_to_other_zone"].split() == others
            _exposure_and_logs_agree(row, app.exposure and _users(plan, app.name), app.name, plan)


def _users(plan: Plan, name: str) -> tuple[str, str, str]:
    (exposure,) = [
        app.exposure for app in plan.of(AppsPlan).apps if app.name == name and app.exposure
    ]
    server = exposure.virtual_server
    return str(exposure.node_port), str(server.address), str(server.port)


def _exposure_and_logs_agree(
    row: Row, users: tuple[str, str, str] | None, name: str, plan: Plan
) -> None:
    reached = (row["node_port"], row["vip_address"], row["vip_port"])
    assert reached == (users or ("", "", ""))
    (logs,) = [app.logs for app in plan.of(AppsPlan).apps if app.name == name]
    kept = (row["log_filer"], row["log_directory"], row["log_bytes"])
    assert kept == ((logs.filer, logs.directory, str(logs.size)) if logs else ("", "", ""))


def test_every_name_leads_to_a_row(estate: Estate) -> None:
    """A9: tables join: from an app to its namespace, pool and nodes, and to its peers."""
    everywhere = {row["app"] for plan in estate.plans().values() for row in rows(plan, "apps")}
    for plan in estate.plans().values():
        pools = {row["pool"] for row in rows(plan, "pools")}
        namespaces = {row["namespace"]: row for row in rows(plan, "namespaces")}
        apps = {row["app"] for row in rows(plan, "apps")}
        assert {row["pool"] for row in rows(plan, "nodes")} <= pools
        for row in rows(plan, "apps"):
            assert namespaces[row["namespace"]]["pool"] == row["pool"]
            assert row["pool"] in pools
            assert set(row["connects_to"].split()) <= apps
            assert set(row["connects_to_other_zone"].split()) <= everywhere


def test_a_moved_node_changes_its_row_only(estate: Estate) -> None:
    """A5: another rack is one cell; what is computed from the inventory follows."""
    before = rows(estate.plans()["dmz"], "nodes")
    estate.edit("Pulumi.dmz.yaml", "10.10.1.22, rack: rack-a", "10.10.1.22, rack: rack-d")
    after = rows(estate.plans()["dmz"], "nodes")
    changed = [
        (old["node"], key, old[key], new[key])
        for old, new in zip(before, after, strict=True)
        for key in old
        if old[key] != new[key]
    ]
    assert changed == [("dmz-n12", "rack", "rack-a", "rack-d")]
