"""`estate explain`: what a declaration becomes, in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from estate.cli.explain import Explanation, explain
from estate.cli.main import main
from estate.composition import compose
from estate.reader.values import Zone
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def chapters(estate: Estate, zone: Zone, name: str) -> dict[str, str]:
    """By title, the lines as one text."""
    (found,) = explanations(estate, zone, name)
    return {chapter.title: "\n".join(chapter.lines) for chapter in found.chapters}


def explanations(estate: Estate, zone: Zone, name: str) -> list[Explanation]:
    return list(explain(compose(estate.plans()[zone]), name))


def test_an_app_is_told_by_nodes_ports_peers_rights_objects_and_documents(estate: Estate) -> None:
    """The source's own example, as its team would ask about it."""
    told = chapters(estate, "intranet", "policy-portal")
    assert "int-n01 (10.20.1.11, rack-a), int-n02 (10.20.1.12, rack-b)" in told["Nodes"]
    assert "10.20.0.21:443 on f5-intranet" in told["Who reaches it"]
    assert "node port 30010" in told["Who reaches it"]
    assert "policydb at 10.20.9.10:1521" in told["What it reaches"]
    assert "underwriting of namespace life" in told["What it reaches"]
    assert "20 GiB on filer-intranet" in told["What it keeps and reads"]
    assert "life-log" not in told["Who may do what"]
    assert "life-operators (operator)" in told["Who may do what"]
    assert "Deployment in life-policy-portal: policy-portal." in told["Objects"]
    assert "f5/as3.json" in told["Documents"]
    assert "firewall/request.json" not in told["Documents"], "no firewall row concerns it"


def test_the_callee_knows_who_calls_it(estate: Estate) -> None:
    """C4: both sides, from one declaration."""
    told = chapters(estate, "intranet", "underwriting")["Who reaches it"]
    assert "policy-portal of namespace life-policy-portal, on port 8080" in told


def test_a_tenant_is_told_by_namespaces_owners_rights_and_apps(estate: Estate) -> None:
    told = chapters(estate, "intranet", "claims")
    assert "claims-batch: pods run on the 7 nodes of pool shared" in told["Namespaces"]
    assert "Claims, CC-5100" in told["Namespaces"]
    assert "claims-desk (traditional)" in told["Apps"]
    assert "ResourceQuota in claims-batch: quota." in told["Objects"]
    assert "access/matrix.csv" in told["Documents"]


def test_each_kind_is_told_by_what_is_its_own(estate: Estate) -> None:
    """N4: a clock, disks that stay, replicas that follow load, what must answer first."""
    settlement = chapters(estate, "intranet", "settlement")
    assert "By the clock, 30 2 * * 1-5 (Europe/Berlin)" in settlement["What runs"]
    assert (
        "must answer within 300 seconds: claimdb.claims-batch.svc:5432" in settlement["What runs"]
    )
    assert "Who reaches it" not in settlement
    zookeeper = chapters(estate, "intranet", "registry-zk")
    assert "A replica stays with its disk" in zookeeper["Nodes"]
    assert "20 GiB of local-ssd" in zookeeper["What it keeps and reads"]
    assert "Up to 4 pods" in chapters(estate, "intranet", "commission")["What runs"]
    web = chapters(estate, "dmz", "quote")
    assert "https://quote.harbour.example/, by the routers router-default" in web["Who reaches it"]


def test_every_object_is_told_of(estate: Estate) -> None:
    """Nothing that an app becomes is left out."""
    composition = compose(estate.plans()["dmz"])
    for group in composition.groups:
        if group.family in ("apps", "tenants"):
            told = chapters(estate, "dmz", group.name)["Objects"]
            assert all(manifest.physical_name in told for manifest in group.manifests), group.name


def test_a_tenant_and_an_app_of_one_name_are_both_told_of(estate: Estate) -> None:
    text = (estate.root / "apps/quote-dmz.yaml").read_text(encoding="utf-8")
    estate.add(
        "apps/motor-dmz.yaml", text.replace("app: quote", "app: motor").replace("quote.", "m.")
    )
    estate.give("dmz", "motor", "m.harbour.example")
    found = explanations(estate, "dmz", "motor")
    assert [explanation.title.split(" ")[1] for explanation in found] == ["tenant", "app"]


def test_the_command_tells_of_both_zones_and_proposes_a_near_name(estate: Estate) -> None:
    root = ["--root", str(estate.root)]
    result = CliRunner().invoke(main, ["explain", "policy-portal", *root], catch_exceptions=False)
    assert result.exit_code == 0
    assert "in zone dmz" in result.output and "in zone intranet" in result.output
    result = CliRunner().invoke(main, ["explain", "policy-porta", *root], catch_exceptions=False)
    assert result.exit_code == 1
    assert "Did you mean 'policy-portal'?" in result.output
