"""Firewalls before virtual addresses, nodes and servers: only declared sources (E14, X2, F2)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from fnmatch import fnmatch
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from openpyxl import load_workbook

from estate.derivation import derive_on
from estate.documents.workbook import workbook
from estate.handover import documents
from estate.plan import Plan
from estate.proof.prove import prove_plans
from estate.topics.apps.plan import AppsPlan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.plan import NodesPlan
from tests.documents import (
    VirtualServer,
    all_firewall_rows,
    as3,
    platform_servers,
    table,
    virtual_servers,
)
from tests.estates import TODAY, Estate, shipped

pytestmark = pytest.mark.level2

PORTAL = "apps/policy-portal-dmz.yaml"
FIREWALLS = "    - {name: fw-inner, source_zone: dmz}\n"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def rows(plan: Plan, firewall: str) -> set[tuple[str, str, int]]:
    """Source, destination and port of what one firewall lets through, but for sign-in."""
    return {
        (row["source_address"], row["destination_address"], row["port"])
        for row in all_firewall_rows(plan)
        if row["firewall"] == firewall and row["purpose"] != "sign-in"
    }


def machines_of(plan: Plan) -> set[IPv4Address]:
    """The addresses of nodes and masters."""
    nodes = {node.address for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    return nodes | {machine.address for machine in plan.of(ControlPlanePlan).machines}


def test_only_the_load_balancer_reaches_node_ports(estate: Estate) -> None:
    """E14, X2: a row for each of its addresses and each member of the emitted AS3, no other."""
    plan = estate.plans()["dmz"]
    expected = {
        (str(own), *_member(member))
        for servers in (virtual_servers, platform_servers)
        for name, server in servers(as3(plan)).items()
        if name != "registry"  # which stands on machines, not on nodes
        for own in plan.of(ExposurePlan).load_balancer.sources
        for member in (*server.members, *_asked(server))
    }
    masters = ("10.40.0.0/16", "10.10.1.5", 8443)  # who hold the API servers' address themselves
    told = {  # whom it served (H5)
        (str(own), f"10.10.1.{node}", 30077)
        for own in plan.of(ExposurePlan).load_balancer.sources
        for node in (105, 106, 107)
    }
    pulled = {
        (str(machine), "10.10.0.20", 443) for machine in machines_of(plan)
    }  # by nodes themselves
    assert rows(plan, "fw-dmz") == expected | told | pulled | {masters}


def _asked(server: VirtualServer) -> list[str]:
    """Where monitors ask that ask elsewhere."""
    port = server.monitor.get("targetPort")
    return [f"{member.split(':')[0]}:{port}" for member in server.members] if port else []


def _member(text: str) -> tuple[str, int]:
    address, port = text.split(":")
    return address, int(port)


def test_clients_reach_virtual_addresses_from_their_ranges_only(estate: Estate) -> None:
    """E5, F6: everybody where the app says nothing, the ranges where it names them."""
    routers = {
        ("0.0.0.0/0", f"10.10.0.{number}", port) for number in (25, 26) for port in (80, 443)
    } | {
        ("10.40.0.0/16", "10.10.1.5", 8443),
        ("10.30.0.0/16", "10.10.0.28", 443),
        ("10.50.8.16/28", "10.10.0.20", 443),
    }  # masters, Kibana, registry
    assert rows(estate.plans()["dmz"], "fw-outer") == routers | {
        ("0.0.0.0/0", "10.10.0.21", 443),
        ("0.0.0.0/0", "10.10.0.22", 443),
    }
    estate.edit(PORTAL, "port: 443,", "port: 443, clients: [192.0.2.0/24, 198.51.100.0/24],")
    assert rows(estate.plans()["dmz"], "fw-outer") == routers | {
        ("192.0.2.0/24", "10.10.0.21", 443),
        ("198.51.100.0/24", "10.10.0.21", 443),
        ("0.0.0.0/0", "10.10.0.22", 443),
    }


def test_without_source_nat_clients_cross_to_the_nodes_too(estate: Estate) -> None:
    """E14: packets keep the clients' addresses, so the rows name them, and the monitors'."""
    estate.edit(
        "Pulumi.intranet.yaml", FIREWALLS, f"{FIREWALLS}    - {{name: fw-in, before: nodes}}\n"
    )
    plan = estate.plans()["intranet"]
    sources = {source for source, _, port in rows(plan, "fw-in") if port == 30020}
    assert sources == {"10.20.0.2", "10.20.0.3", "10.30.0.0/16"}


def test_nodes_reach_a_filer_behind_a_firewall_where_their_app_mounts_it(estate: Estate) -> None:
    """H2, F6: the nodes of the app's pool, and nobody else's."""
    own = "    - {name: fw-dmz, before: nodes} "
    estate.edit("Pulumi.dmz.yaml", own, f"    - {{name: fw-files, before: servers}}\n{own}")
    plan = estate.plans()["dmz"]
    nodes = {app.pool for app in plan.of(AppsPlan).apps if app.logs}
    expected = {
        (str(node.address), "10.10.3.10", 2049)
        for pool in plan.of(NodesPlan).pools
        if pool.name in nodes
        for node in pool.nodes
    }
    found = {
        (row["source_address"], row["destination_address"], row["port"])
        for row in all_firewall_rows(plan)
        if row["firewall"] == "fw-files" and row["purpose"] == "log files"
    }
    assert found == expected
    assert len(expected) > 1


def test_every_node_reaches_registry_and_name_servers_behind_a_firewall(estate: Estate) -> None:
    """G1, J1, F6: whatever runs on a node, it pulls images and asks for names; and it is proved."""
    own = "    - {name: fw-dmz, before: nodes} "
    estate.edit("Pulumi.dmz.yaml", own, f"    - {{name: fw-files, before: servers}}\n{own}")
    plan = estate.plans()["dmz"]
    nodes = {str(node.address) for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    nodes |= {"10.10.1.6", "10.10.1.7", "10.10.1.8"}  # the masters
    found = [row for row in all_firewall_rows(plan) if row["firewall"] == "fw-files"]
    reached: dict[tuple[str, int, str], set[str]] = {}
    for row in found:
        if row["purpose"] in ("images", "names"):
            key = (row["destination_address"], row["port"], row["protocol"])
            reached.setdefault(key, set()).add(row["source_address"])
    asked = ("10.10.2.53", "10.10.2.54", "10.10.2.55", "10.10.2.56")
    assert set(reached) == {
        ("10.10.0.20", 443, "tcp"),
        *((one, 53, protocol) for one in asked for protocol in ("tcp", "udp")),
    }
    assert all(sources == nodes for sources in reached.values())
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_nodes_reach_the_registry_where_it_lies_behind_the_outer_firewall(estate: Estate) -> None:
    """G1, E14: where the stack says that nodes stand outside of it; the proof needs every row."""
    own = "fw-outer, before: vips"
    estate.edit("Pulumi.dmz.yaml", own, f"{own}, nodes_cross: true")
    plan = estate.plans()["dmz"]
    found = [row for row in all_firewall_rows(plan) if row["firewall"] == "fw-outer"]
    pulled = [row for row in found if row["purpose"] == "images"]
    assert {row["source_address"] for row in pulled} == {
        str(machine) for machine in machines_of(plan)
    }
    assert {row["destination_address"] for row in pulled} == {"10.10.0.20"}
    assert {(row["source_zone"], row["destination_zone"]) for row in pulled} == {("outside", "dmz")}
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_the_log_stores_nodes_reach_the_filer_of_its_snapshots_behind_a_firewall(
    estate: Estate,
) -> None:
    """H4, E14: the nodes of the logging pool mount it."""
    own = "    - {name: fw-dmz, before: nodes} "
    estate.edit("Pulumi.dmz.yaml", own, f"    - {{name: fw-files, before: servers}}\n{own}")
    plan = estate.plans()["dmz"]
    found = {
        (row["source_address"], row["destination_address"], row["port"])
        for row in all_firewall_rows(plan)
        if (row["firewall"], row["purpose"], row["port"]) == ("fw-files", "backups", 2049)
    }
    assert found == {(f"10.10.1.{last}", "10.10.3.10", 2049) for last in (105, 106, 107)}
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_the_load_balancer_reaches_the_registrys_machines_behind_a_firewall(
    estate: Estate,
) -> None:
    """G1, E14: members that are no nodes, and nodes to the filer of the registry inside."""
    own = "    - {name: fw-dmz, before: nodes} "
    estate.edit("Pulumi.dmz.yaml", own, f"    - {{name: fw-files, before: servers}}\n{own}")
    plan = estate.plans()["dmz"]
    found = [row for row in all_firewall_rows(plan) if row["firewall"] == "fw-files"]
    members = {
        (row["source_address"], row["destination_address"], row["port"], row["destination_name"])
        for row in found
        if row["purpose"] == "members"
    }
    assert members == {
        (own, machine, 5000, name)
        for own in ("10.10.0.2", "10.10.0.3")
        for machine, name in (("10.10.2.21", "dmz-reg-a"), ("10.10.2.22", "dmz-reg-b"))
    }
    mounted = {row["source_address"] for row in found if row["purpose"] == "registry files"}
    assert mounted == {"10.10.1.110", "10.10.1.111"}
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_images_are_pushed_through_the_firewall_from_the_quality_environment_alone(
    estate: Estate,
) -> None:
    """G5, E14: one row for its runners, and the load balancer takes them and the zone's nodes,
    which reach it through the firewall between nodes and load balancer."""
    plan = estate.plans()["dmz"]
    found = {
        (row["firewall"], row["source_address"], row["destination_address"], row["port"])
        for row in all_firewall_rows(plan)
        if row["app"] == "registry"
    }
    assert found == {
        ("fw-outer", "10.50.8.16/28", "10.10.0.20", 443),
        *(("fw-dmz", str(machine), "10.10.0.20", 443) for machine in machines_of(plan)),
    }
    declared = json.loads(
        {document.name: document.text for document in documents(plan)}["f5/as3.json"]
    )
    taken = declared["platform"]["registry"]["service"]["virtualAddresses"]
    assert taken == [["10.10.0.20", "10.50.8.16/28"], ["10.10.0.20", "10.10.1.0/24"]]


def test_a_dmz_source_reaches_the_intranet_only_through_declared_flows(estate: Estate) -> None:
    """A1, F2: all rows from the DMZ's addresses to the intranet's are databases, or apps that its
    apps connect to."""
    plans = estate.plans()
    dmz = [
        plans["dmz"].of(NetworkPlan).network.nodes,
        plans["dmz"].of(NetworkPlan).network.pods,
        *plans["dmz"].of(ExposurePlan).load_balancer.vips,
    ]
    declared = {
        (str(node.address), str(access.address), access.port)
        for app in plans["dmz"].of(AppsPlan).apps
        for pool in plans["dmz"].of(NodesPlan).pools
        for access in (*app.databases, *app.other_zone)
        if (pool.name == app.pool if access.via == "direct" else pool.role == "egress")
        for node in pool.nodes
    }
    inner = plans["intranet"]
    there = [
        inner.of(NetworkPlan).network.nodes,
        inner.of(NetworkPlan).network.pods,
        *inner.of(ExposurePlan).load_balancer.vips,
    ]
    crossing = {
        (row["source_address"], row["destination_address"], row["port"])
        for plan in plans.values()
        for row in all_firewall_rows(plan)
        if any(IPv4Network(row["source_address"]).overlaps(network) for network in dmz)
        and (
            row["destination_zone"] == "intranet"
            or any(IPv4Address(row["destination_address"]) in network for network in there)
        )
    }
    masters = {(f"10.10.1.{number}", "10.20.9.40", 443) for number in (6, 7, 8)}
    assert crossing == declared | masters  # to GitLab, whose tokens they accept
    assert crossing


def test_whose_nodes_are_members_for_others_is_on_record(estate: Estate) -> None:
    """X2: who declares all nodes as members accepts that other tenants' nodes hold the port."""
    plan = estate.plans()["dmz"]
    found = {row["pool"]: row for row in table(plan, "node-ports/accepted.csv")}
    assert set(found) == {"brokers"}
    assert found["brokers"]["virtual_server"] == "policy-portal"
    assert found["brokers"]["nodes"] == "dmz-n03 dmz-n04 dmz-n05"
    assert found["brokers"]["reached_from"] == "10.10.0.2 10.10.0.3"
    assert found["brokers"]["guarded_by"] == "fw-dmz"
    assert found["brokers"]["accepted_by"] == "policy-portal@harbour.example"
    estate.edit(PORTAL, "port: 443,", "port: 443, members: pool,")
    assert table(estate.plans()["dmz"], "node-ports/accepted.csv") == []


def test_rows_name_the_order_and_its_end(estate: Estate) -> None:
    """F2: ticket and expiry come from the app's declaration, and so does a refusal after it."""
    estate.edit(PORTAL, "{ticket: CHG0012345}", '{ticket: CHG0012345, expires: "2026-06-30"}')
    own = [row for row in all_firewall_rows(estate.plans()["dmz"]) if row["app"] == "policy-portal"]
    assert {(row["ticket"], row["valid_until"]) for row in own} == {("CHG0012345", "2026-06-30")}
    assert derive_on(estate.load(), TODAY).problems == ()
    assert derive_on(estate.load(), date(2026, 6, 30)).problems == ()
    (problem,) = derive_on(estate.load(), date(2026, 7, 1)).problems
    assert (problem.code, problem.key_path) == ("firewall-expired", "firewall.expires")


def test_a_shared_rule_holds_as_long_as_the_last_app_needs_it(estate: Estate) -> None:
    """F2: one rule on the device, so the later end; an app without an order has the stack's."""
    text = (estate.root / "apps/claim-intake-dmz.yaml").read_text()
    one, other = '"2026-06-30"', '"2027-06-30"'
    estate.add("apps/claim-intake-dmz.yaml", f"{text}firewall: {{ticket: CHG1, expires: {one}}}\n")
    given = "claims: [claim-intake.harbour.example"
    estate.edit("Pulumi.dmz.yaml", given, f"{given}, claim-status.harbour.example")
    status = text.replace("claim-intake", "claim-status")
    file = "apps/claim-status-dmz.yaml"
    estate.add(file, f"{status}firewall: {{ticket: CHG2, expires: {other}}}\n")

    def shared() -> set[tuple[str, str]]:
        rows = all_firewall_rows(estate.plans()["dmz"])
        found = [row for row in rows if row["destination_name"] == "claimdb"]
        return {(row["ticket"], row["valid_until"]) for row in found}

    assert shared() == {("CHG1 CHG2", "2027-06-30")}
    estate.add(file, status)
    assert shared() == {("CHG1 CHG0011801", "2029-02-15")}


def test_an_office_opens_the_same_rows(estate: Estate) -> None:
    """F2: reopened by a program that reads XLSX: the same cells as in the CSV."""
    for plan in estate.plans().values():
        files = {document.name: document for document in documents(plan)}
        tables = [name for name in files if fnmatch(name, "firewall/*/*.csv")]
        assert bool(tables) == (plan.zone == "dmz")
        for table_name in tables:
            book = files[table_name.replace(".csv", ".xlsx")]
            sheet = load_workbook(io.BytesIO(book.data)).active
            assert sheet is not None
            cells = [
                ["" if cell is None else str(cell) for cell in row]
                for row in sheet.iter_rows(values_only=True)
            ]
            assert cells == [*csv.reader(io.StringIO(files[table_name].text))]
            assert sheet.freeze_panes == "A2"


def test_a_workbook_has_no_clock() -> None:
    """A9: the same rows, the same bytes; every moment in it is the first of the format."""
    made = [workbook("a.xlsx", "a", ["x", "y"], [{"x": "=1+1", "y": 2}]).data for _ in range(2)]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"2026" not in archive.read("docProps/core.xml")
    sheet = load_workbook(io.BytesIO(made[0])).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s"), "shown, not computed"
