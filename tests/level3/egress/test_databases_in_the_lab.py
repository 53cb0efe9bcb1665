"""Databases by name and the relays, on real API servers: placed, accepted, a node lost (F3, F4)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.nodes.plan import NodesPlan
from estate.topics.tenancy.plan import TenancyPlan
from tests.level3.applied import Applied
from tests.level3.nodes.test_nodes_are_lost import PATIENCE, one_node_of_every_pool_lost

EGRESS = ("-n", "estate-egress")
OURS = "endpointslice.kubernetes.io/managed-by=estate"


def serving(world: Applied) -> list[str]:
    """The nodes of the relays that are Running and Ready."""
    pods = world.get("dmz", "pods", *EGRESS, "-l", "app.kubernetes.io/name=relay")
    return [pod["spec"]["nodeName"] for pod in pods if _ready(pod)]


def _ready(pod: dict[str, Any]) -> bool:
    conditions = {one["type"]: one["status"] for one in pod["status"].get("conditions", [])}
    going = "deletionTimestamp" in pod["metadata"]
    return not going and conditions.get("Ready") == "True"


def wait_for(world: Applied, nodes: set[str], count: int) -> list[str]:
    """The relays' nodes, once all of them serve from ``nodes``."""
    end = time.monotonic() + PATIENCE
    found: list[str] = []
    while time.monotonic() < end:
        found = serving(world)
        if len(found) == count and set(found) <= nodes:
            return found
        time.sleep(1)
    raise AssertionError(f"relays serve from {found}, not from {sorted(nodes)}")


def egress_nodes(plan: Plan) -> set[str]:
    (pool,) = (pool for pool in plan.of(NodesPlan).pools if pool.role == "egress")
    return {node.name for node in pool.nodes}


def test_a_relay_runs_on_each_egress_node(world: Applied) -> None:
    """F3: A and B, whose addresses the firewall knows."""
    nodes = egress_nodes(world.estate.plans()["dmz"])
    assert sorted(wait_for(world, nodes, 2)) == sorted(nodes)


def test_relays_serve_on_when_an_egress_node_is_lost(world: Applied) -> None:
    """F3, A4: on the other one, and apart again after the next roll."""
    plan = world.estate.plans()["dmz"]
    nodes = egress_nodes(plan)
    with one_node_of_every_pool_lost(world, "dmz", plan) as lost:
        wait_for(world, nodes - lost, 2)
    world.lab.kubectl("dmz", "rollout", "restart", "deployment/relay", *EGRESS)
    status = ("rollout", "status", "deployment/relay", f"--timeout={PATIENCE}s")
    world.lab.kubectl("dmz", *status, *EGRESS)
    assert sorted(wait_for(world, nodes, 2)) == sorted(nodes)


def test_the_disruption_budget_lets_one_relay_go_at_a_time(world: Applied) -> None:
    """X6: a drain gets through, and never takes both."""
    (budget,) = world.get("dmz", "pdb", "relay", *EGRESS)
    assert budget["status"]["disruptionsAllowed"] == 1


@pytest.mark.parametrize("zone", ZONES)
def test_databases_have_the_names_and_addresses_declared(world: Applied, zone: Zone) -> None:
    """F4: slices as the API server keeps them, and no Endpoints beside them."""
    declared: dict[tuple[str, str], list[str]] = {}
    for tenant in world.estate.plans()[zone].of(TenancyPlan).tenants:
        for namespace in tenant.namespaces:
            for database in namespace.databases:
                if database.address:
                    declared[(namespace.name, database.name)] = [str(database.address)]
    slices = world.get(zone, "endpointslices", "-A", "-l", OURS)
    assert {
        (one["metadata"]["namespace"], one["metadata"]["name"]): one["endpoints"][0]["addresses"]
        for one in slices
    } == declared
    endpoints = world.get(zone, "endpoints", "-A")
    names = {
        (endpoint["metadata"]["namespace"], endpoint["metadata"]["name"]) for endpoint in endpoints
    }
    assert names.isdisjoint(declared)


def test_the_relayed_name_leads_to_the_relays_service(world: Applied) -> None:
    """F3, F4."""
    (name,) = world.get("dmz", "service", "claimdb", "-n", "claims")
    assert name["spec"]["externalName"] == "claimdb.estate-egress.svc.cluster.local"
    (service,) = world.get("dmz", "service", "claimdb", *EGRESS)
    found = world.get("dmz", "endpointslices", *EGRESS, "-l", "kubernetes.io/service-name=claimdb")
    addresses = {one for each in found for end in each["endpoints"] for one in end["addresses"]}
    assert len(addresses) == 2
    assert found[0]["ports"][0]["port"] == 15432
    assert service["spec"]["ports"][0]["port"] == 5432


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.1.1", "224.0.0.1"])
def test_addresses_that_check_refuses_are_refused_by_the_api_server(
    world: Applied, address: str
) -> None:
    """F4: which is why `estate check` refuses them first."""
    (one,) = world.get("intranet", "endpointslices", "policydb", "-n", "life")
    one["metadata"] = {"name": "wrong", "namespace": "life"}
    one["endpoints"][0]["addresses"] = [address]
    file = world.estate.root / "wrong-slice.json"
    file.write_text(json.dumps(one), encoding="utf-8")
    try:
        dry_run = ("create", "--dry-run=server", "-f", str(file))
        ran = world.lab.kubectl("intranet", *dry_run, check=False)
    finally:
        file.unlink()
    assert ran.returncode != 0
    assert "endpoints[0].addresses[0]" in ran.stderr


def test_the_way_can_change_and_the_name_stays(world: Applied) -> None:
    """F4: one Service becomes another kind of Service in place, and back; pods do not roll."""
    files = ("apps/claim-intake-dmz.yaml", "Pulumi.dmz.yaml")
    former = {name: (world.estate.root / name).read_text(encoding="utf-8") for name in files}
    before = world.get("dmz", "deployment", "claim-intake", "-n", "claims")[0]["metadata"]
    world.estate.without_calls_to_reserving().edit(files[0], "via: egress", "via: direct")
    try:
        world.up("dmz")
        (service,) = world.get("dmz", "service", "claimdb", "-n", "claims")
        assert service["spec"]["type"] == "ClusterIP"
        after = world.get("dmz", "deployment", "claim-intake", "-n", "claims")[0]["metadata"]
        assert after["generation"] == before["generation"]
        assert world.get("dmz", "deployments", *EGRESS) == []
    finally:
        for name, text in former.items():
            world.estate.add(name, text)
        world.up("dmz")
    (service,) = world.get("dmz", "service", "claimdb", "-n", "claims")
    assert service["spec"]["type"] == "ExternalName"
