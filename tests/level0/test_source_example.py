"""The source's own example, number by number: app XXX, here called policy-portal."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate.plan.model import AppPlan, Plan
from tests.estates import shipped

pytestmark = pytest.mark.level0


def _portal(plan: Plan) -> AppPlan:
    (app,) = [app for app in plan.apps if app.name == "policy-portal"]
    return app


def test_two_nodes_in_each_zone_are_for_this_app_only(tmp_path: Path) -> None:
    """D2, D4, D5, D6: two nodes each, labelled by their pool, repelling everybody else."""
    for plan in shipped(tmp_path).plans().values():
        (pool,) = [pool for pool in plan.pools if pool.app == "policy-portal"]
        assert len(pool.nodes) == 2
        assert [(one.key, one.value, one.effect) for one in pool.taints] == [
            ("dedicated", "policy-portal", "NoSchedule")
        ]
        app = _portal(plan)
        assert (app.pool, app.tolerations) == (pool.name, pool.taints)
        assert [one.name for one in plan.apps if one.pool == pool.name] == ["policy-portal"]


def test_the_app_has_a_namespace_of_its_own(tmp_path: Path) -> None:
    """C1, C6: and the namespace has that pool."""
    for plan in shipped(tmp_path).plans().values():
        namespaces = [one for tenant in plan.tenants for one in tenant.namespaces]
        (own,) = [one for one in namespaces if one.pool == "policy-portal"]
        assert own.name == "life-policy-portal"
        assert own.node_ports == 1


def test_its_port_is_kept_on_all_nodes_and_all_are_members(tmp_path: Path) -> None:
    """E1, E2, E3: 12 nodes in the DMZ, 14 in the intranet."""
    for zone, nodes in (("dmz", 12), ("intranet", 14)):
        plan = shipped_once(tmp_path, zone)
        exposure = _portal(plan).exposure
        assert exposure
        assert exposure.node_port == 30010
        assert len(exposure.virtual_server.members) == nodes
        assert sum(len(pool.nodes) for pool in plan.pools) == nodes


def shipped_once(folder: Path, zone: str) -> Plan:
    own = folder / zone
    own.mkdir()
    plans = shipped(own).plans()
    return plans["dmz" if zone == "dmz" else "intranet"]


def test_the_firewall_opens_for_its_two_nodes_only(tmp_path: Path) -> None:
    """F2: one row per node from the DMZ to the inner database."""
    plan = shipped(tmp_path).plans()["dmz"]
    assert [
        (row.firewall, str(row.source_address), str(row.destination_address), row.port)
        for row in plan.firewall_rows
        if row.app == "policy-portal"
    ] == [
        ("fw-inner", "10.10.1.11", "10.20.9.10", 1521),
        ("fw-inner", "10.10.1.12", "10.20.9.10", 1521),
    ]


def test_inside_the_intranet_no_firewall_is_asked(tmp_path: Path) -> None:
    """F1: nodes of the intranet reach the database directly; the policy names it alone."""
    plan = shipped(tmp_path).plans()["intranet"]
    assert plan.firewall_rows == ()
    (database,) = _portal(plan).databases
    assert (str(database.address), database.port) == ("10.20.9.10", 1521)


def test_its_size_is_the_machines_of_today(tmp_path: Path) -> None:
    """D1, X4: two replicas of two cores and 4 GiB, which one node of the pool can carry."""
    plan = shipped(tmp_path).plans()["dmz"]
    app = _portal(plan)
    assert (app.replicas, app.size.cpu, app.size.memory) == (2, 2000, 4 * 2**30)
    (pool,) = [pool for pool in plan.pools if pool.app == "policy-portal"]
    assert app.size.times(app.replicas).fits(pool.nodes[0].allocatable)
    assert (pool.nodes[0].allocatable.cpu, pool.nodes[0].allocatable.memory) == (
        7500,
        30 * 2**30 - 100 * 2**20,
    )
