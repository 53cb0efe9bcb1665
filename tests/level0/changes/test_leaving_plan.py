"""Leaving in two steps: retired, then gone; and in between nothing is lost or taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.tenancy.plan import TenancyPlan
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

PORTAL = "apps/policy-portal-dmz.yaml"
GATEWAY = "apps/broker-gateway-dmz.yaml"
DMZ = "Pulumi.dmz.yaml"


def _protected(tmp_path: Path) -> Estate:
    return shipped(tmp_path).protected("dmz")


def _namespaces(plan: Plan) -> dict[str, bool]:
    return {
        namespace.name: namespace.protected
        for tenant in plan.of(TenancyPlan).tenants
        for namespace in tenant.namespaces
    }


def test_a_retired_app_runs_no_pods_and_gives_up_its_protection(tmp_path: Path) -> None:
    """D3: the first step takes the workload and the firewall rows, and consents to the second."""
    estate = _protected(tmp_path)
    before = estate.plans()["dmz"]
    assert _namespaces(before) == {
        "brokers": True,
        "claims": True,
        "life-policy-portal": True,
        "motor": True,
    }
    after = estate.edit(PORTAL, "replicas: 2", "replicas: 2\nstate: retired").plans()["dmz"]
    (app,) = [one for one in after.of(AppsPlan).apps if one.name == "policy-portal"]
    assert (app.running, app.protected) == (False, False)
    assert _namespaces(after) == _namespaces(before) | {"life-policy-portal": False}
    rows = [row.app for row in before.of(FirewallPlan).rows if row.firewall == "fw-inner"]
    assert rows.count("policy-portal") == 2
    assert "policy-portal" not in [row.app for row in after.of(FirewallPlan).rows]
    (tenant,) = [one for one in after.of(TenancyPlan).tenants if one.name == "life"]
    assert [namespace.node_ports for namespace in tenant.namespaces] == [0]


def test_a_retired_app_keeps_its_port_and_address(tmp_path: Path) -> None:
    """E2, E5: users may still be sent there; nobody else gets them until the file goes."""
    estate = shipped(tmp_path).edit(PORTAL, "replicas: 2", "replicas: 2\nstate: retired")
    estate.edit(GATEWAY, "node_port: 30011", "node_port: 30010")
    estate.edit(GATEWAY, "address: 10.10.0.22", "address: 10.10.0.21")
    assert sorted(problem.code for problem in estate.problems()) == [
        "node-port-of-others",
        "vip-of-others",
        "vip-taken",
    ]


def test_the_second_step_sets_the_address_free_and_the_port_once_it_is_released(
    tmp_path: Path,
) -> None:
    """E2: once the file is gone, another app may have the address; the port stays reserved."""
    estate = shipped(tmp_path).remove(PORTAL)
    assert [(problem.code, problem.key_path) for problem in estate.problems()] == [
        ("unknown-app", "estate:pools[0].app")
    ]
    estate.edit(
        DMZ,
        "{name: policy-portal, tenant: life, app: policy-portal}",
        "{name: policy-portal, tenant: life}",
    )
    estate.edit(GATEWAY, "node_port: 30011, ", "node_port: 30010, ")
    estate.edit(GATEWAY, "address: 10.10.0.22", "address: 10.10.0.21")
    assert [problem.code for problem in estate.problems()] == ["node-port-of-others"]
    own = "  - {zone: dmz, port: 30010, protocol: TCP, owner: life/policy-portal}\n"
    estate.edit("registers/node-ports.yaml", own, "").port("dmz", "brokers/broker-gateway", 30010)
    plan = estate.plans()["dmz"]
    assert "policy-portal" not in [app.name for app in plan.of(AppsPlan).apps]
    assert "life" not in [tenant.name for tenant in plan.of(TenancyPlan).tenants]


def test_a_retired_app_needs_no_room(tmp_path: Path) -> None:
    """X4: its pool may shrink to nothing before it leaves."""
    estate = shipped(tmp_path).edit(PORTAL, "replicas: 2", "replicas: 2\nstate: retired")
    for rack in ("rack-a", "rack-b"):
        estate.edit(
            DMZ,
            f"rack: {rack}, size: medium, pool: policy-portal",
            f"rack: {rack}, size: medium, pool: shared",
        )
    assert estate.problems() == ()


def test_a_retired_tenant_gives_up_the_protection_of_its_namespaces(tmp_path: Path) -> None:
    """C1: its apps retire with it; the namespaces stay until the file goes."""
    estate = _protected(tmp_path)
    estate.edit("tenants/motor.yaml", "tenant: motor", "tenant: motor\nstate: retired")
    assert [problem.code for problem in estate.problems()] == ["tenant-retired", "tenant-retired"]
    for app in ("quote-dmz", "rating-intranet"):
        estate.edit(f"apps/{app}.yaml", "replicas: 3", "replicas: 3\nstate: retired")
    plans = estate.plans()
    assert _namespaces(plans["dmz"])["motor"] is False
    assert not any(
        app.running
        for plan in plans.values()
        for app in plan.of(AppsPlan).apps
        if app.tenant == "motor"
    )


def test_a_retired_tenant_leaves_with_its_apps_files(tmp_path: Path) -> None:
    """C1: nothing of it remains in either plan."""
    estate = shipped(tmp_path).remove("tenants/motor.yaml")
    assert {problem.code for problem in estate.problems()} == {"unknown-tenant"}
    estate.edit(DMZ, "    motor: [quote.harbour.example]\n", "")
    plans = estate.remove("apps/quote-dmz.yaml").remove("apps/rating-intranet.yaml").plans()
    for plan in plans.values():
        assert "motor" not in [tenant.name for tenant in plan.of(TenancyPlan).tenants]


def test_a_tenants_pool_outlives_the_tenant_only_undedicated(tmp_path: Path) -> None:
    """D2: a pool that waits for a tenant that has left would stand idle unseen."""
    estate = shipped(tmp_path).remove("tenants/brokers.yaml")
    estate.remove(GATEWAY).remove("apps/commission-intranet.yaml")
    estate.remove("apps/broker-desk-dmz.yaml").remove("apps/broker-tariffs-intranet.yaml")
    estate.edit("Pulumi.dmz.yaml", "tenants: [brokers]", "tenants: [claims]")
    names = 'brokers: [brokers.harbour.example, "*.brokers.harbour.example"]'
    estate.edit(DMZ, f"    {names}\n", "")
    estate.edit("Pulumi.intranet.yaml", "    brokers: [tariffs.intranet.harbour.example]\n", "")
    (problem,) = estate.problems()
    assert (problem.code, problem.key_path) == ("unknown-tenant", "estate:pools[1].tenant")
    assert "Of a tenant that has left, take the pools away too" in problem.hint
    estate.edit(DMZ, "{name: brokers, tenant: brokers}", "{name: brokers}")
    assert estate.problems() == ()
