"""What the platform's own machines connect to: a row for each, or the word that none is needed."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from itertools import permutations
from pathlib import Path

import pytest

from estate.plan import Plan
from estate.proof.prove import prove_plans
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.nodes.plan import NodesPlan
from tests.documents import firewall_cells, table, texts
from tests.estates import Estate, shipped
from tests.fortios import read

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
    masters = {str(machine.address) for machine in plan.of(ControlPlanePlan).machines}
    rows = [row for row in firewall_cells(plan) if row["purpose"] == "sign-in"]
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
    rows = firewall_cells(plan)
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
    assert purposes >= {"log files", "registry files", "images from their sources"}
    for row in rows:
        assert row["rows"] and row["address"], row
        assert row["port"] or row["protocol"] == "112", row


def test_filers_and_the_registrys_machines_are_listed(estate: Estate) -> None:
    """G1, H2, E14: nodes that mount, machines of the registry, and what these need."""
    rows = table(estate.plans()["dmz"], "firewall/outgoing.csv")
    found = {(row["sources"], row["server"], row["protocol"], row["port"]) for row in rows}
    machines = "dmz-reg-a dmz-reg-b"
    assert found >= {
        ("nodes of pool policy-portal", "filer-dmz", "tcp", "2049"),
        ("nodes of pool infra", "filer-dmz", "tcp", "2049"),
        ("nodes of pool logging", "filer-dmz", "tcp", "2049"),
        (machines, "filer-dmz", "tcp", "2049"),
        (machines, "time server", "udp", "123"),
        (machines, "name server", "udp", "53"),
    }


def test_every_source_of_images_is_listed(estate: Estate) -> None:
    """G5: the hosts of the mirror's list, from the hosts that copy."""
    plan = estate.plans()["dmz"]
    rows = [row for row in table(plan, "firewall/outgoing.csv") if row["address"] in row["server"]]
    hosts = {row["address"] for row in rows if row["server"].startswith("mirror source")}
    mirrored = {row["source"].partition("/")[0] for row in table(plan, "images/mirror.csv")}
    assert hosts == mirrored | {"registry.quality.harbour.example"}
    assert {row["sources"] for row in rows} == {"10.50.8.16/28"}


@pytest.mark.parametrize("zone", ["dmz", "intranet"])
def test_vrrp_is_between_the_peers_that_keepalived_names(estate: Estate, zone: str) -> None:
    """E9, E14: protocol 112, from each machine's file to every peer in it, and no other."""
    plan = {str(at): one for at, one in estate.plans().items()}[zone]
    named: set[tuple[str, str]] = set()
    for name, text in texts(plan).items():
        if fnmatch(name, "keepalived/*/keepalived.conf"):
            host = name.split("/")[-2]
            for peers in re.findall(r"unicast_peer \{([^}]*)\}", text):
                named |= {(host, peer) for peer in peers.split()}
    rows = [row for row in table(plan, "firewall/outgoing.csv") if row["protocol"] == "112"]
    listed = {(source, row["address"]) for row in rows for source in row["sources"].split()}
    assert listed == named
    assert listed


def test_a_firewall_within_a_segment_lets_vrrp_through_between_peers_alone(
    estate: Estate,
) -> None:
    """E9, E14: as a rule of protocol 112 for every pair; the proof needs each of them."""
    estate.edit(
        "Pulumi.dmz.yaml",
        "  estate:firewalls:\n",
        "  estate:firewalls:\n    - {name: fw-peers, before: peers, formats: [csv, fortios]}\n",
    )
    plan = estate.plans()["dmz"]
    rows = [row for row in firewall_cells(plan) if row["firewall"] == "fw-peers"]
    masters = {f"10.10.1.{number}" for number in (6, 7, 8)}
    routers = {"10.10.1.101", "10.10.1.102"}
    assert {(row["source_address"], row["destination_address"]) for row in rows} == {
        pair for group in (masters, routers) for pair in permutations(group, 2)
    }
    assert {(row["protocol"], row["port"]) for row in rows} == {("vrrp", "0")}
    assert all(row["owner"] and row["ticket"] and row["valid_until"] for row in rows)
    objects = {one["name"]: one["value"] for one in table(plan, "firewall/fw-peers/objects.csv")}
    assert objects["vrrp"] == "ip/112"
    found = read(texts(plan)["firewall/fw-peers/fortios.conf"])
    assert found["firewall service custom"] == [
        ("vrrp", {"protocol": ["IP"], "protocol-number": ["112"]})
    ]
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_a_firewall_before_servers_lets_clocks_backups_and_alerts_through(estate: Estate) -> None:
    """E14: from each machine that connects, and from no other; the proof follows every one."""
    estate.edit(
        "Pulumi.dmz.yaml",
        "  estate:firewalls:\n",
        "  estate:firewalls:\n    - {name: fw-servers, before: servers}\n",
    )
    plan = estate.plans()["dmz"]
    found: dict[tuple[str, str], set[str]] = {}
    for row in firewall_cells(plan):
        if row["firewall"] == "fw-servers":
            key = (row["destination_address"], row["port"])
            found.setdefault(key, set()).add(row["source_address"])
    masters = {str(machine.address) for machine in plan.of(ControlPlanePlan).machines}
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
