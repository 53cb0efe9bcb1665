"""What a firewall's team imports: rules and objects whose names an importer takes (F2, E14)."""

from __future__ import annotations

import re
from collections import defaultdict
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from estate.plan import Plan
from estate.topics.firewall.documents.request import permitted, requested
from estate.topics.firewall.plan import FirewallPlan
from estate.topics.firewall.plan.rules import LONGEST, GroupObject, NamedSet, request
from tests.documents import all_firewall_rows, firewall_cells, table, texts
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,30}")
FIREWALLS = ("fw-outer", "fw-dmz", "fw-inner")
SERVERS = "    - {name: fw-servers, before: servers}\n"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def objects(plan: Plan, firewall: str) -> dict[str, dict[str, str]]:
    """The objects of one firewall by name."""
    return {one["name"]: one for one in table(plan, f"firewall/{firewall}/objects.csv")}


def addresses(found: dict[str, dict[str, str]], name: str) -> set[str]:
    """What an object stands for: of a group its members' values."""
    one = found[name]
    if one["kind"] == "address":
        return {one["value"]}
    assert one["kind"] == "address group"
    return {value for member in one["value"].split() for value in addresses(found, member)}


Let = set[tuple[str, str, str, str, str]]


def let_through(plan: Plan, firewall: str) -> Let:
    """Zones, source, destination and service of every rule, as the two tables say it."""
    found = objects(plan, firewall)
    return {
        (_zones(rule), firewall, source, destination, found[rule["service"]]["value"])
        for rule in table(plan, f"firewall/{firewall}/rules.csv")
        for source in addresses(found, rule["source"])
        for destination in addresses(found, rule["destination"])
    }


def _zones(row: dict[str, str]) -> str:
    return f"{row['source_zone']} {row['destination_zone']}"


def asked(plan: Plan, firewall: str) -> Let:
    """The same as the permissions say it, which the proof reads."""
    return {
        (
            _zones(row),
            firewall,
            row["source_address"],
            row["destination_address"],
            f"{row['protocol']}/{row['port']}",
        )
        for row in firewall_cells(plan)
        if row["firewall"] == firewall
    }


def test_rules_let_through_what_the_rows_say_and_no_more(estate: Estate) -> None:
    """F2, E14: groups times groups, and no pair of addresses that nobody needs."""
    estate.edit("Pulumi.dmz.yaml", "  estate:firewalls:\n", f"  estate:firewalls:\n{SERVERS}")
    plan = estate.plans()["dmz"]
    for firewall in (*FIREWALLS, "fw-servers"):
        assert let_through(plan, firewall) == asked(plan, firewall)
        assert asked(plan, firewall)


def test_every_name_and_id_is_one_that_importers_take(estate: Estate) -> None:
    """F2: letters, digits, hyphens, at most 31 characters; each id once."""
    plan = estate.plans()["dmz"]
    ids: list[str] = [row["id"] for row in all_firewall_rows(plan)]
    for firewall in FIREWALLS:
        rules = table(plan, f"firewall/{firewall}/rules.csv")
        ids += [rule["id"] for rule in rules]
        words = [name for rule in rules for name in (rule["source_zone"], rule["destination_zone"])]
        for name in (*words, *objects(plan, firewall), *(rule["id"] for rule in rules)):
            assert NAME.fullmatch(name), name
    assert len(set(ids)) == len(ids)


def test_a_name_stands_for_one_set_of_addresses(estate: Estate) -> None:
    """E14: in every file of both zones, and each object is defined once in its file."""
    meaning: defaultdict[str, set[str]] = defaultdict(set)
    for plan in estate.plans().values():
        for name in texts(plan):
            if re.fullmatch(r"firewall/[^/]+/objects\.csv", name):
                found = table(plan, name)
                assert len({one["name"] for one in found}) == len(found)
                for one in found:
                    meaning[one["name"]].add(f"{one['kind']} {one['value']}")
    assert {name for name, found in meaning.items() if len(found) > 1} == set()
    assert {"g-f5-dmz", "g-dmz-addresses-router", "g-dmz-nodes"} <= set(meaning)


def test_two_sets_that_would_have_one_name_get_two(estate: Estate) -> None:
    """E14: even where everything has the same name in the estate, and the same two each time."""
    plan = estate.plans()["dmz"]
    found = permitted(plan)
    sets: list[NamedSet] = [("one " * 20, ends) for _, ends in plan.of(FirewallPlan).sets]
    again = request(found[::-1], sets)
    groups = [one for one in again.objects.values() if isinstance(one, GroupObject)]
    assert len(groups) > 4
    assert all(NAME.fullmatch(group.name) and len(group.name) <= LONGEST for group in groups)
    assert len({group.members for group in groups}) == len(groups)
    assert [rule.id for rule in again.rules] == [rule.id for rule in request(found, sets).rules]


def test_a_rules_id_survives_a_node_more(estate: Estate) -> None:
    """F2: the group grows, and the rule on the device stays as it is."""
    before = table(estate.plans()["dmz"], "firewall/fw-dmz/rules.csv")
    node = "    - {name: dmz-n02, "
    more = "    - {name: dmz-n13, address: 10.10.1.23, rack: rack-b, size: medium, pool: brokers}\n"
    after = table(estate.edit("Pulumi.dmz.yaml", node, more + node).plans()["dmz"],
                  "firewall/fw-dmz/rules.csv")  # fmt: skip
    assert after == before
    found = objects(estate.plans()["dmz"], "fw-dmz")
    assert "10.10.1.23" in addresses(found, "g-dmz-pool-brokers")
    assert "10.10.1.23" in addresses(found, "g-dmz-nodes")


def test_every_rule_has_owner_ticket_reason_and_an_end(estate: Estate) -> None:
    """F2: of the app where it has an order, of the stack otherwise."""
    plan = estate.plans()["dmz"]
    for firewall in FIREWALLS:
        for rule in table(plan, f"firewall/{firewall}/rules.csv"):
            assert all(rule[key] for key in ("owner", "ticket", "reason", "valid_until")), rule
            own = rule["app"] == "policy-portal"
            standing = "CHG0011801" if firewall == "fw-inner" else "CHG0011800"
            assert rule["ticket"] == ("CHG0012345" if own else standing)
            assert rule["valid_until"] == "2029-02-15"


def test_the_end_follows_from_declared_days_alone(estate: Estate) -> None:
    """F2: the app's last day, otherwise its order's day and the firewall's span."""
    firewall = "fw-inner, source_zone: dmz"
    estate.edit("Pulumi.intranet.yaml", firewall, f"{firewall}, valid_days: 30")
    app = "apps/policy-portal-dmz.yaml"
    estate.edit(app, "{ticket: CHG0012345}", '{ticket: CHG0012345, ordered: "2026-02-20"}')

    def ends() -> dict[str, str]:
        found = table(estate.plans()["dmz"], "firewall/fw-inner/rules.csv")
        return {rule["app"]: rule["valid_until"] for rule in found}

    assert ends() == {
        "policy-portal": "2026-03-22",
        "claim-intake": "2026-03-18",
        "kube-apiserver": "2026-03-18",
    }
    estate.edit(app, 'ordered: "2026-02-20"', 'ordered: "2026-02-20", expires: "2026-12-31"')
    assert ends()["policy-portal"] == "2026-12-31"


def test_rules_name_the_two_sides_of_their_firewall(estate: Estate) -> None:
    """E14: an interface follows from each; and the device's own names where they are declared."""

    def pairs(firewall: str) -> set[tuple[str, str]]:
        found = table(estate.plans()["dmz"], f"firewall/{firewall}/rules.csv")
        return {(rule["source_zone"], rule["destination_zone"]) for rule in found}

    assert pairs("fw-outer") == {("outside", "dmz"), ("dmz", "outside")}
    assert pairs("fw-dmz") == {("dmz-vips", "dmz-nodes"), ("dmz-nodes", "dmz-vips")}
    assert pairs("fw-inner") == {("dmz", "intranet")}
    own = "fw-outer, before: vips"
    estate.edit("Pulumi.dmz.yaml", own, f"{own}, zones: {{outer: untrust, inner: trust}}")
    assert pairs("fw-outer") == {("untrust", "trust"), ("trust", "untrust")}


def test_each_zone_says_where_the_rules_of_every_firewall_are(estate: Estate) -> None:
    """F2: the intranet declares the firewall, and the DMZ's request has its rules."""
    plans = estate.plans()
    there = {row["firewall"]: row for row in table(plans["dmz"], "firewall/firewalls.csv")}
    assert {name: row["rules"] for name, row in there.items()} == {
        name: f"firewall/{name}" for name in FIREWALLS
    }
    here = {row["firewall"]: row for row in table(plans["intranet"], "firewall/firewalls.csv")}
    assert here["fw-inner"]["rules"] == "none"
    assert "part of the request of dmz" in here["fw-inner"]["comment"]


def test_a_team_gets_the_formats_that_it_imports(estate: Estate) -> None:
    """F2: by declaration, both tables of each."""
    estate.edit("Pulumi.dmz.yaml", "[csv, xlsx, fortios]", "[csv]")
    found = [name for name in texts(estate.plans()["dmz"]) if name.startswith("firewall/fw-outer")]
    assert found == ["firewall/fw-outer/objects.csv", "firewall/fw-outer/rules.csv"]


def test_rules_of_a_request_name_objects_that_it_has(estate: Estate) -> None:
    """E14: no dangling name, and no range wider than its permissions."""
    for plan in estate.plans().values():
        found = requested(plan)
        for rule in found.rules:
            assert {rule.source, rule.destination} <= set(found.objects)
            assert {permission.destination.prefixlen for permission in rule.permissions} == {32}
            assert IPv4Network(rule.permissions[0].source)
