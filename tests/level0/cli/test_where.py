"""`estate where`: from an address, a name or a port to its owner and to all that mentions it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from estate.cli.main import main
from estate.cli.where import Answer, sought, where
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return shipped(tmp_path_factory.mktemp("estate"))


def answers(estate: Estate, text: str) -> dict[str, Answer]:
    return {answer.zone: answer for answer in where(estate.load(), estate.plans(), sought(text))}


def test_a_virtual_address_has_an_owner_and_clients(estate: Estate) -> None:
    """N1: whose it is, and who may reach it."""
    found = answers(estate, "10.10.0.21:443")["dmz"]
    assert any("virtual server policy-portal of life" in one for one in found.whose)
    assert any("clients -> 10.10.0.21:443" in flow for flow in found.flows)
    assert any(document.startswith("f5/as3.json: line") for document in found.documents)


def test_another_port_of_the_address_has_no_owner(estate: Estate) -> None:
    """N1: the port counts, where one is given."""
    found = answers(estate, "10.10.0.21:8443")["dmz"]
    assert not any("virtual server" in one for one in found.whose)
    assert not any("10.10.0.21:443" in flow for flow in found.flows)


def test_a_node_port_leads_to_its_holder_and_to_the_address_before_it(estate: Estate) -> None:
    """N1, E2: from the number that a firewall's log shows to the app."""
    found = answers(estate, "30010")["dmz"]
    assert any("node port 30010/TCP of life/policy-portal" in one for one in found.whose)
    assert any("clients -> 10.10.0.21:443" in flow for flow in found.flows)


def test_a_host_name_leads_to_its_app_and_its_object(estate: Estate) -> None:
    """N1, J4: the owner by the register of names."""
    found = answers(estate, "quote.harbour.example")["dmz"]
    assert any("the app 'quote' of tenant 'motor'" in one for one in found.whose)
    assert "Ingress motor/quote" in found.objects
    assert any(flow.startswith("quote.harbour.example/ -> ") for flow in found.flows)


def test_a_node_is_found_by_name_and_by_address(estate: Estate) -> None:
    """N1, D2: both ways the same node."""
    by_name, by_address = (answers(estate, one)["dmz"].whose for one in ("dmz-n03", "10.10.1.13"))
    assert by_name[0] == by_address[0]
    assert by_name[0].startswith("node dmz-n03 of pool brokers")


def test_a_part_of_a_longer_address_or_name_is_not_found(estate: Estate) -> None:
    """N1: 10.10.1.1 is not in 10.10.1.13, nor harbour.example in x.harbour.example."""
    found = answers(estate, "10.10.1.1")
    assert not any("dmz-n03" in one for zone in found.values() for one in zone.whose)
    assert sought("a.b").pattern.search("x.a.b") is None
    assert sought("a.b").pattern.search("IN A a.b.") is not None


def test_the_command_prints_files_with_lines_and_json(estate: Estate) -> None:
    """N1: for people and for programs."""
    run = CliRunner().invoke(main, ["where", "--root", str(estate.root), "30010", "--json"])
    assert run.exit_code == 0, run.output
    data = json.loads(run.output)
    assert data["declared_in"] and {one["zone"] for one in data["zones"]} >= {"dmz"}
    plain = CliRunner().invoke(main, ["where", "--root", str(estate.root), "30010"])
    assert "declared in" in plain.output and "policy-portal" in plain.output


def test_what_nothing_mentions_ends_with_code_1(tmp_path: Path) -> None:
    """N1: and says so in one sentence."""
    estate = shipped(tmp_path)
    run = CliRunner().invoke(main, ["where", "--root", str(estate.root), "192.0.2.77"])
    assert run.exit_code == 1
    assert "Nothing that is declared or emitted mentions '192.0.2.77'." in run.output
