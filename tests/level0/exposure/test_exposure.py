"""An exposed app's policy admits exactly the sources that its pod sees."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.nodes.plan import NodesPlan
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

DMZ = "Pulumi.dmz.yaml"
PORTAL = "apps/policy-portal-dmz.yaml"


def _app(plan: Plan, name: str) -> AppPlan:
    (found,) = [app for app in plan.of(AppsPlan).apps if app.name == name]
    return found


def _sources(estate: Estate) -> set[str]:
    exposure = _app(estate.plans()["dmz"], "policy-portal").exposure
    assert exposure is not None
    return {str(source) for source in exposure.sources}


def test_under_cluster_with_encapsulation_pods_see_nodes_and_tunnels(tmp_path: Path) -> None:
    """E3c, C3: the node that took the connection forwards it from its own or its tunnel address."""
    assert _sources(shipped(tmp_path)) == {"10.10.1.0/24", "10.65.0.0/24"}


def test_under_cluster_without_encapsulation_pods_see_nodes_only(tmp_path: Path) -> None:
    """E3c, A7: where packets are routed there are no tunnel addresses to admit."""
    estate = shipped(tmp_path).edit(DMZ, "encapsulation: vxlan", "encapsulation: none")
    estate.edit(DMZ, "    tunnels: 10.65.0.0/24\n", "")
    assert _sources(estate) == {"10.10.1.0/24"}


def test_under_local_with_translation_pods_see_the_f5_itself(tmp_path: Path) -> None:
    """E3c: the source stays, and it is one of the F5's own addresses; nodes are not admitted."""
    estate = shipped(tmp_path).edit(PORTAL, "traffic_policy: Cluster", "traffic_policy: Local")
    assert _sources(estate) == {"10.10.0.2/31"}  # .2 and .3: no address more, none less
    assert list(IPv4Network("10.10.0.2/31")) == [IPv4Address("10.10.0.2"), IPv4Address("10.10.0.3")]


def test_under_local_without_translation_pods_see_clients_and_monitors(tmp_path: Path) -> None:
    """E3c, E5: clients keep their address; the F5's own are admitted for its monitors."""
    estate = shipped(tmp_path).edit(PORTAL, "traffic_policy: Cluster", "traffic_policy: Local")
    estate.edit(
        PORTAL, "port: 443,", "port: 443, snat: none, clients: [10.30.0.0/16, 10.9.1.0/24],"
    )
    assert _sources(estate) == {"10.9.1.0/24", "10.30.0.0/16", "10.10.0.2/31"}


def test_sources_are_exactly_as_many_addresses_as_were_declared(tmp_path: Path) -> None:
    """C3: joining neighbours must not admit an address in between."""
    estate = shipped(tmp_path).edit(PORTAL, "traffic_policy: Cluster", "traffic_policy: Local")
    estate.edit(DMZ, "[10.10.0.2, 10.10.0.3]", "[10.10.0.1, 10.10.0.2, 10.10.0.9]")
    sources = _sources(estate)
    admitted = {address for source in sources for address in IPv4Network(source)}
    assert admitted == {IPv4Address(f"10.10.0.{last}") for last in (1, 2, 9)}


def test_a_new_node_changes_the_members_and_no_source(tmp_path: Path) -> None:
    """X18, E3: the F5 learns the node; policies admit the range of nodes already."""
    estate = shipped(tmp_path)
    before = _app(estate.plans()["dmz"], "policy-portal").exposure
    estate.edit(
        DMZ,
        "    - {name: dmz-n12,",
        "    - {name: dmz-n13, address: 10.10.1.23, rack: rack-b, size: medium, pool: shared}\n"
        "    - {name: dmz-n12,",
    )
    after = _app(estate.plans()["dmz"], "policy-portal").exposure
    assert before and after
    assert after.sources == before.sources
    gained = set(after.virtual_server.members) - set(before.virtual_server.members)
    assert gained == {IPv4Address("10.10.1.23")}


def test_members_are_all_nodes_or_the_pools(tmp_path: Path) -> None:
    """E3, E3b: the source's own app has every node of the zone as a member.

    X2: nodes of other tenants are members then, too; who does not want that says `members: pool`.
    """
    plan = shipped(tmp_path).plans()["dmz"]
    nodes = [node for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    portal, gateway = (_app(plan, name).exposure for name in ("policy-portal", "broker-gateway"))
    assert portal and gateway
    assert set(portal.virtual_server.members) == {node.address for node in nodes}
    assert portal.virtual_server.members == tuple(sorted(portal.virtual_server.members))
    assert [str(member) for member in gateway.virtual_server.members] == [
        "10.10.1.13",
        "10.10.1.14",
        "10.10.1.15",
    ]
