"""A firewall's rules as FortiOS's commands: read back, they are those of the tables (E14, F2)."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from estate.plan import Plan
from estate.topics.firewall.documents.fortios import quoted
from tests.documents import table, texts
from tests.estates import Estate, shipped
from tests.fortios import Entry, read

pytestmark = pytest.mark.level2

FIREWALLS = ("fw-outer", "fw-dmz", "fw-inner")


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """The DMZ, with commands of FortiOS for each firewall."""
    estate = shipped(tmp_path)
    formats = "formats: [csv, xlsx, fortios]"
    estate.edit("Pulumi.dmz.yaml", "fw-dmz, before: nodes", f"fw-dmz, before: nodes, {formats}")
    own = "fw-inner, source_zone: dmz"
    return estate.edit("Pulumi.intranet.yaml", own, f"{own}, {formats}").plans()["dmz"]


Sections = dict[str, list[tuple[str, Entry]]]


def commands(plan: Plan, firewall: str) -> Sections:
    return read(texts(plan)[f"firewall/{firewall}/fortios.conf"])


def values(found: Sections) -> dict[str, str]:
    """Every object's meaning, in the words of the table of objects."""
    said: dict[str, str] = {}
    for name, entry in found["firewall address"]:
        network = IPv4Network("/".join(entry["subnet"]))
        said[name] = str(network.network_address if network.prefixlen == 32 else network)
    for name, entry in found.get("firewall addrgrp", []):
        assert set(entry["member"]) <= set(said), "members are there before their group"
        said[name] = " ".join(entry["member"])
    for name, entry in found.get("firewall vip", []):
        assert entry["extintf"] == ["any"]
        said[name] = f"{entry['extip'][0]} to {entry['mappedip'][0]}"
    for name, entry in found["firewall service custom"]:
        ((key, (port,)),) = entry.items()
        said[name] = f"{key.removesuffix('-portrange')}/{port}"
    return said


@pytest.mark.parametrize("firewall", FIREWALLS)
def test_objects_are_those_of_the_table(plan: Plan, firewall: str) -> None:
    """E14: the same names with the same meaning, no more and no less."""
    found = table(plan, f"firewall/{firewall}/objects.csv")
    assert values(commands(plan, firewall)) == {one["name"]: one["value"] for one in found}


@pytest.mark.parametrize("firewall", FIREWALLS)
def test_policies_are_the_rules_of_the_table(plan: Plan, firewall: str) -> None:
    """F2: each rule once, with its zones, objects, end and reason."""
    found = commands(plan, firewall)
    ends = {
        name: datetime.strptime(" ".join(entry["end"]), "%H:%M %Y/%m/%d").date().isoformat()
        for name, entry in found["firewall schedule onetime"]
    }
    policies = [entry for _, entry in found["firewall policy"]]
    rules = table(plan, f"firewall/{firewall}/rules.csv")
    for entry, rule in zip(policies, rules, strict=True):
        assert entry["name"] == [rule["id"]]
        assert entry["action"] == ["accept"]
        assert entry["srcintf"] == [rule["source_zone"]]
        assert entry["dstintf"] == [rule["destination_zone"]]
        assert entry["srcaddr"] == [rule["source"]]
        assert entry["dstaddr"] == [rule["translation"] or rule["destination"]]
        assert entry["service"] == [rule["service"]]
        assert ends[entry["schedule"][0]] == rule["valid_until"]
        (comment,) = entry["comments"]
        assert comment == f"{rule['ticket']}; owner {rule['owner']}; {rule['reason']}"
    assert {name for name, _ in found["firewall policy"]} == {"0"}, "new ones: their names stay"


def test_a_schedule_begins_before_it_ends(plan: Plan) -> None:
    """F2: also where an app's rules end before the stack's order was made."""
    for firewall in FIREWALLS:
        for _, entry in commands(plan, firewall)["firewall schedule onetime"]:
            begin, end = (
                datetime.strptime(" ".join(entry[key]), "%H:%M %Y/%m/%d")
                for key in ("start", "end")
            )
            assert begin < end


def test_a_public_address_is_named_beside_the_virtual_one(plan: Plan) -> None:
    """E5, E14: rules of clients name the translation, and those of the company's do not."""
    rules = {
        (rule["destination"], rule["service"]): rule["translation"]
        for rule in table(plan, "firewall/fw-outer/rules.csv")
    }
    assert rules["h-10-10-0-21", "tcp-443"] == "v-203-0-113-21"
    assert rules["h-10-10-0-25", "tcp-80"] == rules["h-10-10-0-25", "tcp-443"] == "v-203-0-113-25"
    assert rules["h-10-10-0-28", "tcp-443"] == "", "Kibana has no public address"
    found = {one["name"]: one["value"] for one in table(plan, "firewall/fw-outer/objects.csv")}
    assert found["v-203-0-113-21"] == "203.0.113.21 to 10.10.0.21"


def test_a_translation_that_no_rule_needs_is_not_requested(tmp_path: Path) -> None:
    """E14: when the app goes, its public address goes with its rules."""
    estate: Estate = shipped(tmp_path)
    portal = "apps/policy-portal-dmz.yaml"
    plan = estate.edit(portal, "zone: dmz", "zone: dmz\nstate: retired").plans()["dmz"]
    assert "203.0.113.21" not in texts(plan)["firewall/fw-outer/objects.csv"]
    assert "203.0.113.21" not in texts(plan)["firewall/fw-outer/fortios.conf"]


@pytest.mark.parametrize("value", ['a"b', "a'b", "a\\b", "a\nb", "a?b"])
def test_no_value_ends_its_quotation(value: str) -> None:
    """F2: a reason is one argument, whatever stands in it."""
    assert quoted(value) == '"a b"'
