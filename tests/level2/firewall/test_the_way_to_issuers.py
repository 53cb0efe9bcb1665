"""What the platform's own machines connect to: a row for each, or the word that none is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate.plan import Plan
from estate.proof.prove import prove_plans
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.nodes.plan import NodesPlan
from tests.documents import table
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

NO_ROW = "none: no declared firewall in between"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def servers(plan: Plan) -> dict[str, dict[str, str]]:
    """Outgoing connections by server."""
    return {row["server"]: row for row in table(plan, "firewall/outgoing.csv")}


def test_every_master_reaches_every_issuer_through_the_firewalls_in_between(
    estate: Estate,
) -> None:
    """B1, E14, F2: without its keys no token of an issuer counts, and nobody signs in. GitLab
    stands in the intranet, behind the inner firewall; the partners' issuer in the zone itself."""
    plan = estate.plans()["dmz"]
    masters = {str(one.address) for one in plan.of(ControlPlanePlan).machines}
    rows = [row for row in table(plan, "firewall/request.csv") if row["purpose"] == "sign-in"]
    for firewall, address, zone in (
        ("fw-outer", "10.30.9.10", "outside"),
        ("fw-outer", "10.50.8.30", "outside"),
        ("fw-inner", "10.20.9.40", "intranet"),
    ):
        found = [
            row
            for row in rows
            if (row["firewall"], row["destination_address"]) == (firewall, address)
        ]
        assert {row["source_address"] for row in found} == masters
        assert {(row["port"], row["protocol"]) for row in found} == {("443", "tcp")}
        assert {row["destination_zone"] for row in found} == {zone}
    assert len(rows) == 3 * len(masters)
    assert servers(plan)["issuer partners"]["rows"] == NO_ROW


def test_the_port_of_an_issuer_is_the_one_of_its_address(estate: Estate) -> None:
    """B1: where its URL names one."""
    url = "https://gitlab.harbour.example"
    estate.edit("Pulumi.dmz.yaml", f"url: {url}\n", f"url: {url}:8443\n")
    plan = estate.plans()["dmz"]
    rows = table(plan, "firewall/request.csv")
    assert {row["port"] for row in rows if row["destination_address"] == "10.20.9.40"} >= {"8443"}
    assert servers(plan)["issuer gitlab"]["port"] == "8443"


@pytest.mark.parametrize("zone", ["dmz", "intranet"])
def test_every_connection_of_the_platform_has_a_row_or_is_said_to_need_none(
    zone: str, estate: Estate
) -> None:
    """E14, I4: issuers, clocks, backups, alerts, registry and name servers."""
    plan = {str(at): one for at, one in estate.plans().items()}[zone]
    rows = table(plan, "firewall/outgoing.csv")
    purposes = {row["purpose"] for row in rows}
    assert purposes >= {"sign-in", "time", "backups", "alerts", "images", "names"}
    for row in rows:
        assert row["rows"] and row["address"] and int(row["port"]), row


def test_a_firewall_before_servers_lets_clocks_backups_and_alerts_through(estate: Estate) -> None:
    """E14: from each machine that connects, and from no other; the proof follows every one."""
    estate.edit(
        "Pulumi.dmz.yaml",
        "  estate:firewalls:\n",
        "  estate:firewalls:\n    - {name: fw-servers, before: servers}\n",
    )
    plan = estate.plans()["dmz"]
    found: dict[tuple[str, str], set[str]] = {}
    for row in table(plan, "firewall/request.csv"):
        if row["firewall"] == "fw-servers":
            key = (row["destination_address"], row["port"])
            found.setdefault(key, set()).add(row["source_address"])
    masters = {str(one.address) for one in plan.of(ControlPlanePlan).machines}
    nodes = {str(node.address) for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    assert found["10.10.2.123", "123"] == masters | nodes
    assert found["10.10.2.40", "22"] == masters
    assert found["10.10.9.25", "25"] == {"10.10.1.108", "10.10.1.109"}
    assert found["10.10.9.26", "443"] == {"10.10.1.108", "10.10.1.109"}
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_the_proof_follows_masters_to_their_issuers(estate: Estate) -> None:
    """B1, E14: a flow for each issuer behind a firewall."""
    proof = prove_plans(estate.plans(), estate.load())
    assert proof.problems == ()
    said = {flow.text for flow in proof.claim.flows if flow.subject == "kube-apiserver"}
    assert {text for text in said if "issuer gitlab 10.20.9.40:443/TCP" in text}
    assert len(said) == 3
