"""The firewall request: exactly the nodes that need a database, and nobody else (F1, F2)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from estate.documents.document import csv_text
from estate.topics.apps.plan import AppsPlan
from estate.topics.firewall.documents.request import COLUMNS
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.nodes.plan import NodesPlan
from tests.documents import all_firewall_rows, firewall_rows, permission_id, table, texts
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2


def own_nodes(folder: Path) -> Estate:
    """The shipped estate without the app that goes by the relays: all rows name own nodes."""
    use = "databases:\n  - {name: claimdb, via: egress}\nneeds: {databases: [claimdb]}\n"
    estate = shipped(folder).without_calls_to_reserving()
    return estate.edit("apps/claim-intake-dmz.yaml", use, "")


def with_two_apps_on_one_pool(estate: Estate) -> Estate:
    """Two apps of the claims team in the DMZ's shared pool that both need claimdb."""
    intake = (estate.root / "apps/claim-intake-dmz.yaml").read_text()
    intake += "databases:\n  - {name: claimdb, via: direct}\n"
    estate.add("apps/claim-intake-dmz.yaml", intake)
    given = "claims: [claim-intake.harbour.example"
    estate.edit("Pulumi.dmz.yaml", given, f"{given}, claim-status.harbour.example")
    status = intake.replace("claim-intake", "claim-status")
    return estate.add("apps/claim-status-dmz.yaml", status)


def test_rows_are_what_the_plan_says(tmp_path: Path) -> None:
    """F2: the plan's rows, no more, each once."""
    for plan in with_two_apps_on_one_pool(own_nodes(tmp_path)).plans().values():
        asked = {
            (row.firewall, str(row.source_address), str(row.destination_address), row.port)
            for row in plan.of(FirewallPlan).rows
        }
        found = [
            (row["firewall"], row["source_address"], row["destination_address"], row["port"])
            for row in all_firewall_rows(plan)
        ]
        assert set(found) == asked
        assert len(found) == len(asked)


def test_sources_are_the_apps_own_nodes(tmp_path: Path) -> None:
    """F2: for every node and app, a row exists if and only if the app runs in its pool."""
    plan = with_two_apps_on_one_pool(own_nodes(tmp_path)).plans()["dmz"]
    asked = {(row["source_node"], app) for row in firewall_rows(plan) for app in row["app"].split()}
    pools = {pool.name: pool for pool in plan.of(NodesPlan).pools}
    assert asked == {
        (node.name, app.name)
        for app in plan.of(AppsPlan).apps
        if app.databases
        for node in pools[app.pool].nodes
    }


def test_every_row_has_every_column(tmp_path: Path) -> None:
    """F2: a program finds them by name."""
    for row in all_firewall_rows(with_two_apps_on_one_pool(own_nodes(tmp_path)).plans()["dmz"]):
        assert tuple(row) == COLUMNS


def test_what_stays_inside_a_zone_needs_no_row(tmp_path: Path) -> None:
    """F1: apps of the intranet reach its databases directly; no firewall has a file."""
    plan = own_nodes(tmp_path).plans()["intranet"]
    assert any(app.databases for app in plan.of(AppsPlan).apps)
    assert firewall_rows(plan) == []
    assert {row["rules"] for row in table(plan, "firewall/firewalls.csv")} == {"none"}


def test_a_flow_that_crosses_no_declared_firewall_needs_no_row(tmp_path: Path) -> None:
    """F2: between two zones without a firewall there is nobody to ask."""
    estate = own_nodes(tmp_path).edit(
        "Pulumi.intranet.yaml",
        "  estate:firewalls:\n    - {name: fw-inner, source_zone: dmz}\n",
        "",
    )
    estate.edit("Pulumi.dmz.yaml", "        across: [fw-inner]\n", "")
    assert firewall_rows(estate.plans()["dmz"]) == []


def test_each_firewall_on_the_way_is_asked(tmp_path: Path) -> None:
    """F2: a second firewall doubles the rows, and ids tell them apart."""
    one = "    - {name: fw-inner, source_zone: dmz}\n"
    estate = own_nodes(tmp_path).edit(
        "Pulumi.intranet.yaml", one, one + "    - {name: fw-core, source_zone: dmz}\n"
    )
    found = firewall_rows(estate.plans()["dmz"])
    assert [row["firewall"] for row in found] == ["fw-core", "fw-core", "fw-inner", "fw-inner"]
    assert len({row["id"] for row in found}) == 4


def test_a_rule_that_two_apps_need_is_asked_for_once(tmp_path: Path) -> None:
    """F2: a firewall has it once, so when one app leaves the row must stay for the other."""
    estate = with_two_apps_on_one_pool(own_nodes(tmp_path))
    before = firewall_rows(estate.plans()["dmz"])
    both = [row for row in before if row["destination_name"] == "claimdb"]
    assert len(both) == 7
    assert {row["app"] for row in both} == {"claim-intake claim-status"}
    assert len({row["id"] for row in before}) == len(before) == 9
    estate.edit("apps/claim-status-dmz.yaml", "zone: dmz", "zone: dmz\nstate: retired")
    after = firewall_rows(estate.plans()["dmz"])
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert {row["app"] for row in after} == {"claim-intake", "policy-portal"}
    assert all("/" not in row["source_address"] for row in after), "never a range"


def test_an_id_stays_as_long_as_its_rule(tmp_path: Path) -> None:
    """F2: other apps, other owners, other node names: the rule on the device is the same."""
    estate = own_nodes(tmp_path)
    before = [row["id"] for row in firewall_rows(estate.plans()["dmz"])]
    assert permission_id("fw-inner", "10.10.1.11", "10.20.9.10", "tcp-1521") in before
    with_two_apps_on_one_pool(estate)
    estate.edit("apps/policy-portal-dmz.yaml", "policy-portal@harbour", "portal@harbour")
    estate.edit("Pulumi.dmz.yaml", "name: dmz-n01,", "name: dmz-x01,")
    after = [row["id"] for row in firewall_rows(estate.plans()["dmz"])]
    assert set(before) < set(after)
    estate.edit("Pulumi.dmz.yaml", "address: 10.10.1.11,", "address: 10.10.1.99,")
    moved = [row["id"] for row in firewall_rows(estate.plans()["dmz"])]
    assert len(set(before) - set(moved)) == 1


def test_a_retired_app_asks_for_nothing(tmp_path: Path) -> None:
    """F2: its rows are gone from the request, so they may be taken off the firewall."""
    estate = own_nodes(tmp_path).edit(
        "apps/policy-portal-dmz.yaml", "zone: dmz", "zone: dmz\nstate: retired"
    )
    assert firewall_rows(estate.plans()["dmz"]) == []


def test_a_row_that_serves_two_names_each_owner_once(tmp_path: Path) -> None:
    """F2: the monitor of a router's two addresses asks one port; what is not there is no gap."""
    (row,) = (
        firewall_row
        for firewall_row in all_firewall_rows(shipped(tmp_path).plans()["dmz"])
        if firewall_row["id"] == permission_id("fw-dmz", "10.10.0.2", "10.10.1.121", "tcp-30072")
    )
    assert (row["tenant"], row["app"]) == ("platform", "router-default-http router-default-https")
    assert (row["namespace"], row["owner"]) == ("", "platform-network@harbour.example")


def test_every_row_names_who_asks_and_why(tmp_path: Path) -> None:
    """F2: who runs the firewall finds the team and the reason in the row."""
    for row in firewall_rows(own_nodes(tmp_path).plans()["dmz"]):
        assert row["action"] == "allow"
        assert row["protocol"] == "tcp"
        assert row["namespace"] == "life-policy-portal"
        assert row["owner"] == "policy-portal@harbour.example"
        node = row["source_node"]
        assert row["reason"] == f"policy-portal on {node} needs database policydb"


@pytest.mark.parametrize("owner", ["+cmd@harbour.example", "-2@harbour.example"])
def test_a_spreadsheet_shows_cells_and_computes_none(tmp_path: Path, owner: str) -> None:
    """A mailbox may begin as a formula does; the table says it as text, the JSON as it is."""
    estate = own_nodes(tmp_path).edit(
        "apps/policy-portal-dmz.yaml", "policy-portal@harbour.example", owner
    )
    plan = estate.plans()["dmz"]
    own = [
        row for row in table(plan, "firewall/fw-inner/rules.csv") if row["app"] == "policy-portal"
    ]
    assert {row["owner"] for row in own} == {f"'{owner}"}
    assert {row["owner"] for row in firewall_rows(plan)} == {owner}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\tx", "\rx", "\nx"])
def test_no_cell_begins_as_a_formula(cell: str) -> None:
    """Declarations cannot hold most of these today; the table is safe without knowing that."""
    assert csv_text(["a"], [{"a": cell}]).split("\n", 1)[1].lstrip('"').startswith("'")


def test_the_order_of_the_plans_rows_does_not_matter(tmp_path: Path) -> None:
    """Equal requests are equal bytes."""
    plan = with_two_apps_on_one_pool(own_nodes(tmp_path)).plans()["dmz"]
    firewall = plan.of(FirewallPlan)
    turned = plan.having([dataclasses.replace(firewall, rows=firewall.rows[::-1])])
    found, again = texts(plan), texts(turned)
    names = [name for name in found if name.startswith("firewall/f") or "request" in name]
    assert len(names) > 8
    assert [again[name] for name in names] == [found[name] for name in names]


def test_a_relayed_app_asks_for_the_egress_nodes_alone(tmp_path: Path) -> None:
    """F3: rows with A's and B's addresses, each naming the app."""
    rows = firewall_rows(shipped(tmp_path).plans()["dmz"])
    for name, what in (("claimdb", "database claimdb"), ("reserving", "app reserving")):
        found = [row for row in rows if row["destination_name"] == name]
        assert [row["source_address"] for row in found] == ["10.10.1.103", "10.10.1.104"]
        for row in found:
            assert row["app"] == "claim-intake"
            assert row["reason"] == f"{row['source_node']} to {what} for claim-intake"
