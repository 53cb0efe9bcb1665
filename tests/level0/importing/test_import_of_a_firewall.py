"""Rules that a firewall has, held against the rows that the estate derives (F2, E14)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook as Sheets

from estate.cli.main import main
from estate.documents.workbook import Workbook
from estate.topics.firewall.documents.request import firewall_documents
from tests.estates import Estate, shipped
from tests.minimal import minimal

pytestmark = pytest.mark.level0

Json = dict[str, Any]


def run(estate: Estate, rules: Path, *options: str) -> tuple[int, str]:
    """The exit code and the output; of the DMZ, unless an option says another stack."""
    stack = () if "--stack" in options else ("--stack", "dmz")
    command = ["import", "firewall", "--root", str(estate.root), *stack, *options, str(rules)]
    ran = CliRunner().invoke(main, command, catch_exceptions=False)
    return ran.exit_code, ran.output


def found(estate: Estate, rules: Path, *options: str) -> Json:
    code, output = run(estate, rules, "--json", *options)
    assert code == 0, output
    return json.loads(output)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_estates_own_request_exists_in_full_and_nothing_beside_it(
    tmp_path: Path, suffix: str
) -> None:
    """F2: rules and objects of every firewall, as they were handed over."""
    estate = shipped(tmp_path)
    compared: set[str] = set()
    for zone, plan in estate.plans().items():
        for document in firewall_documents(plan):
            path = tmp_path / zone / document.name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(document, Workbook):
                path.write_bytes(document.data)
            else:
                path.write_text(document.text, encoding="utf-8")
        for rules in sorted((tmp_path / zone / "firewall").glob(f"*/rules.{suffix}")):
            name = rules.parent.name
            options = ("--stack", zone, "--firewall", name)
            objects = ("--objects", str(rules.with_stem("objects")))
            read = found(estate, rules, *options, *objects)
            assert (read["missing"], read["unneeded"], read["unread"]) == ([], [], []), name
            assert read["existing"]
            compared.add(name)
    assert {"fw-outer", "fw-dmz", "fw-inner"} <= compared


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """A zone with one exposed app behind one firewall: a row of clients, one of the router."""
    made = minimal().with_exposed_app("shop", address="10.13.0.20", node_port=30010)
    order = {"ticket": "CHG1", "ordered": "2026-02-16", "valid_days": 3650}
    made = made.with_stack(
        "dmz", firewalls=[{"name": "edge", "before": "vips"}], firewall_order=order
    )
    return made.written(tmp_path)


ROUTERS = (("any", "10.13.0.17", "tcp", "80"),)
SHOP = ("10.99.0.0/16", "10.13.0.20", "tcp", "443")


def table(estate: Estate, *rows: tuple[str, ...], head: str = "") -> Path:
    """A table of rules: source, destination, protocol, port and what else ``head`` names."""
    path = estate.root.parent / "rules.csv"
    out = io.StringIO()
    names = [*["source", "destination", "protocol", "port"], *filter(None, head.split(","))]
    csv.writer(out).writerows([names, *rows])
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def test_a_row_without_a_rule_is_missing(estate: Estate) -> None:
    """With its reason, in the words of the request."""
    code, output = run(estate, table(estate, *ROUTERS))
    assert code == 0
    assert "10.99.0.0/16 to 10.13.0.20/32, tcp-443" in output
    assert "clients to virtual address 10.13.0.20:443 for shop" in output
    assert "edge: 1 of 2 rows exist. Missing: 1." in output


def test_several_rules_together_let_a_row_through(estate: Estate) -> None:
    halves = (
        ("10.99.0.0/17", "10.13.0.16/28", "tcp", "443"),
        ("10.99.128.0-10.99.255.255", "10.13.0.20", "tcp", "400-500"),
    )
    assert found(estate, table(estate, *ROUTERS, *halves))["missing"] == []
    assert len(found(estate, table(estate, *ROUTERS, halves[0]))["missing"]) == 1


def test_a_rule_that_denies_before_is_named(estate: Estate) -> None:
    """The order of rules counts: what comes first decides."""
    allow, deny = (*SHOP, "permit", "7"), ("10.99.3.0/24", "any", "any", "any", "deny", "6")
    routers = [(*one, "allow", "") for one in ROUTERS]
    rules = table(estate, *routers, deny, allow, head="action,id")
    (missing,) = found(estate, rules)["missing"]
    assert missing["denied_by"] == "6 (line 3)"
    rules = table(estate, *routers, allow, deny, head="action,id")
    assert found(estate, rules)["missing"] == []


def test_rules_that_no_row_needs_are_listed(estate: Estate) -> None:
    """F2: those that no row needs at all, and those that open more than rows need."""
    old = ("192.0.2.1,192.0.2.2", "10.13.0.21", "tcp", "22")
    wide = ("10.0.0.0/8", "10.13.0.20", "tcp", "443")
    read = found(estate, table(estate, *ROUTERS, SHOP, old, wide))
    assert [(one["rule"], one["whole"], one["connections"]) for one in read["unneeded"]] == [
        ("line 4", True, 2),
        ("line 5", False, 1),
    ]
    assert "of which rows need a part" in read["unneeded"][1]["examples"][0]


def test_a_rule_is_needed_where_another_stack_has_a_row_for_it(tmp_path: Path) -> None:
    """E14: the rules of one firewall are requested by the stack in which connections start."""
    estate = shipped(tmp_path)
    plan = estate.plans()["dmz"]
    texts = {one.name: one.text for one in firewall_documents(plan)}
    rules, objects = tmp_path / "rules.csv", tmp_path / "objects.csv"
    rules.write_text(texts["firewall/fw-inner/rules.csv"], encoding="utf-8")
    objects.write_text(texts["firewall/fw-inner/objects.csv"], encoding="utf-8")
    options = ("--stack", "intranet", "--firewall", "fw-inner", "--objects", str(objects))
    assert found(estate, rules, *options)["unneeded"] == []


def test_a_table_of_another_form_is_read_by_named_columns_and_objects(estate: Estate) -> None:
    """Groups in groups, names with spaces, services by name, rules that are switched off."""
    book = Sheets()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("No", "From", "To", "Svc", "State"),
        (1, "Branch Offices", "shop vip", "HTTPS", "enabled"),
        (2, "all", "10.13.0.17", "web", "enabled"),
        (3, "192.0.2.1", "10.13.0.21", "HTTPS", "disabled"),
    ):
        sheet.append(row)
    rules, objects = estate.root.parent / "rules.xlsx", estate.root.parent / "objects.csv"
    book.save(rules)
    objects.write_text(
        "Object;Members\nBranch Offices;north, south\nnorth;10.99.0.0/255.255.128.0\n"
        "south;10.99.128.0/17\nshop vip;10.13.0.20\nweb;80/tcp\n",
        encoding="utf-8",
    )
    columns = ("id=No", "source=From", "destination=To", "service=Svc", "enabled=State")
    columns = (*columns, "object.name=Object", "object.value=Members")
    options = [part for one in columns for part in ("--column", one)]
    options += ["--objects", str(objects), "--service", "HTTPS=tcp-443", "--firewall", "edge"]
    read = found(estate, rules, *options)
    assert (read["missing"], read["unneeded"], read["unread"]) == ([], [], [])
    assert len(read["existing"]) == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("web-servers", "10.13.0.20", "tcp", "443"), "'web-servers': no address and no object"),
        (("2001:db8::/32", "10.13.0.20", "tcp", "443"), "IPv6 is not compared"),
        (("10.1.1.1", "10.13.0.20", "icmp", ""), "no service and no object"),
        (("10.1.1.1", "10.13.0.20", "tcp", "70000"), "ports are 1 to 65535"),
        (("10.1.1.1", "", "tcp", "443"), "the destination is empty"),
    ],
)
def test_a_line_that_cannot_be_compared_is_listed(
    estate: Estate, row: tuple[str, ...], why: str
) -> None:
    """It counts neither as existing nor as needed by nobody."""
    (unread,) = found(estate, table(estate, *ROUTERS, SHOP, row))["unread"]
    assert unread.startswith("line 4: ") and why in unread


def test_objects_that_name_each_other_are_listed(estate: Estate) -> None:
    objects = estate.root.parent / "objects.csv"
    objects.write_text("name,value\na,b\nb,a\n", encoding="utf-8")
    rules = table(estate, ("a", "10.13.0.20", "tcp", "443"))
    (unread,) = found(estate, rules, "--objects", str(objects))["unread"]
    assert "names itself" in unread


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--firewall", "egde"), "no stack declares 'egde'. Allowed: edge. Did you mean 'edge'?"),
        (("--column", "from=Src"), "unknown field 'from'. Allowed: id, firewall"),
        (("--column", "source=Src"), "it has no column 'Src'"),
        (("--service", "HTTPS=secure"), "Write it like tcp-443"),
    ],
)
def test_options_that_fit_nothing_are_refused(
    estate: Estate, options: tuple[str, ...], said: str
) -> None:
    code, output = run(estate, table(estate, SHOP), *options)
    assert code == 1 and said in output and "Traceback" not in output


def test_a_firewall_has_to_be_named_where_several_have_rows(tmp_path: Path) -> None:
    estate = shipped(tmp_path)
    code, output = run(estate, table(estate, SHOP))
    assert code == 1 and "--firewall: name the one" in output and "fw-outer" in output
