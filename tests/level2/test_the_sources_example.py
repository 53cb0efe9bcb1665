"""The source's own example, number by number: app XXX, here `policy-portal`.

Two nodes in the DMZ and two in the intranet serve only this app; its port is kept on every node
of the cluster and every node is a member on the F5; from the DMZ only its two nodes reach the
database, and in the intranet nothing needs to be opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.apps.plan import AppsPlan
from estate.topics.nodes.plan import NodesPlan
from tests.documents import (
    as3,
    firewall_cells,
    firewall_rows,
    kubelets,
    table,
    texts,
    virtual_servers,
)
from tests.estates import REPOSITORY, shipped

pytestmark = pytest.mark.level2

NODES: dict[Zone, dict[str, str]] = {
    "dmz": {"dmz-n01": "10.10.1.11", "dmz-n02": "10.10.1.12"},
    "intranet": {"int-n01": "10.20.1.11", "int-n02": "10.20.1.12"},
}
PORT = 30010


@pytest.fixture
def plans(tmp_path: Path) -> Mapping[Zone, Plan]:
    """Both zones of the estate that ships."""
    return shipped(tmp_path).plans()


@pytest.mark.parametrize("zone", ["dmz", "intranet"])
def test_two_nodes_of_each_zone_are_its_own(plans: Mapping[Zone, Plan], zone: Zone) -> None:
    """D2: these servers are for this use only, from the moment they register."""
    own = [row for row in table(plans[zone], "kubelet/nodes.csv") if row["pool"] == "policy-portal"]
    assert {row["node"]: row["address"] for row in own} == NODES[zone]
    assert len({row["rack"] for row in own}) == 2
    (file,) = {row["file"] for row in own}
    assert kubelets(plans[zone])[file]["registerWithTaints"] == [
        {"key": "dedicated", "value": "policy-portal", "effect": "NoSchedule"}
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_its_port_is_a_member_on_every_node(plans: Mapping[Zone, Plan], zone: Zone) -> None:
    """E1, E3: 30010 on all nodes of the zone, each once."""
    inventory = yaml.safe_load((REPOSITORY / f"Pulumi.{zone}.yaml").read_text(encoding="utf-8"))
    nodes = [IPv4Address(one["address"]) for one in inventory["config"]["estate:nodes"]]
    members = virtual_servers(as3(plans[zone]))["policy_portal"].members
    assert members == [f"{address}:{PORT}" for address in sorted(nodes)]


@pytest.mark.parametrize(("zone", "address"), [("dmz", "10.10.0.21"), ("intranet", "10.20.0.21")])
def test_users_reach_it_where_they_always_did(
    plans: Mapping[Zone, Plan], zone: Zone, address: str
) -> None:
    """E5: one virtual server in each zone, at its address, on 443."""
    server = virtual_servers(as3(plans[zone]))["policy_portal"]
    assert server.tenant == "life"
    assert server.addresses == {address}
    assert server.service["virtualPort"] == 443


def test_nobody_else_has_its_port(plans: Mapping[Zone, Plan]) -> None:
    """E1: one node port, one app."""
    for plan in plans.values():
        for app, server in virtual_servers(as3(plan)).items():
            found = {member.split(":")[1] for member in server.members}
            assert (str(PORT) in found) == (app == "policy_portal")


def test_the_firewall_opens_for_its_two_dmz_nodes_only(plans: Mapping[Zone, Plan]) -> None:
    """F2: exactly two rows, from exactly these addresses, to policydb on 1521."""
    rows = [row for row in firewall_rows(plans["dmz"]) if row["app"] == "policy-portal"]
    assert [
        (
            row["firewall"],
            row["source_zone"],
            row["source_node"],
            row["source_address"],
            row["destination_zone"],
            row["destination_name"],
            row["destination_address"],
            row["protocol"],
            row["port"],
        )
        for row in rows
    ] == [
        ("fw-inner", "dmz", node, address, "intranet", "policydb", "10.20.9.10", "tcp", 1521)
        for node, address in NODES["dmz"].items()
    ]


def test_no_other_node_appears_in_the_request(plans: Mapping[Zone, Plan]) -> None:
    """F2: the DMZ's other nodes stand nowhere in it, by name or by address."""
    plan = plans["dmz"]
    others = [
        node
        for pool in plan.of(NodesPlan).pools
        for node in pool.nodes
        if node.name not in NODES["dmz"]
    ]
    assert len(others) > 10
    cells = {
        cell
        for row in firewall_cells(plan)
        if (row["firewall"], row["app"]) == ("fw-inner", "policy-portal")
        for cell in row.values()
    }
    assert cells.isdisjoint({node.name for node in others})
    assert cells.isdisjoint({str(node.address) for node in others})
    assert not any("/" in cell for cell in cells), "a range"


def test_the_intranet_asks_for_nothing(plans: Mapping[Zone, Plan]) -> None:
    """F1: its nodes reach the database directly, though the app uses the same one there."""
    app = next(app for app in plans["intranet"].of(AppsPlan).apps if app.name == "policy-portal")
    assert [database.name for database in app.databases] == ["policydb"]
    assert firewall_rows(plans["intranet"]) == []
    assert not [name for name in texts(plans["intranet"]) if name.startswith("firewall/fw-")]
