"""The capacity request: how many nodes to apply for, and what they change (D3, X18)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from estate.cli.main import main
from estate.proof.growth import CapacityRequest, capacity_request
from estate.topics.nodes.declare import Node
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level0

PORTAL, SIZE = "apps/policy-portal-dmz.yaml", "{cpu: 2, memory: 4Gi}"


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return shipped(tmp_path)


def request(estate: Estate) -> CapacityRequest:
    return capacity_request(estate.load())


def _add(estate: Estate, node: Node) -> None:
    """As a person adds what was provided."""
    line = (
        f"    - {{name: {node.name}, address: {node.address}, rack: {node.rack}, "
        f"size: {node.size}, pool: {node.pool}}}\n"
    )
    estate.edit("Pulumi.dmz.yaml", "    - {name: dmz-r01,", f"{line}    - {{name: dmz-r01,")


def test_nothing_is_asked_for_when_everything_fits(estate: Estate) -> None:
    found = request(estate)
    assert (found.nodes, found.deltas, found.hopeless) == ((), (), ())


@pytest.mark.parametrize(
    ("size", "count"), [("{cpu: 5, memory: 4Gi}", 1), ("{cpu: 5, memory: 28Gi}", 1)]
)
def test_what_is_asked_for_is_enough_and_no_node_more(
    estate: Estate, size: str, count: int
) -> None:
    """D3: the checks that refused the declarations accept them with these nodes."""
    estate.edit(PORTAL, SIZE, size)
    assert {problem.code for problem in estate.problems()} == {"pool-does-not-survive"}
    found = request(estate)
    assert len(found.nodes) == count
    assert {(node.zone, node.node.pool, node.node.size) for node in found.nodes} == {
        ("dmz", "policy-portal", "medium")
    }
    assert "policy-portal need 10.04 cpu" in found.nodes[0].why
    for node in found.nodes:
        assert estate.problems()
        _add(estate, node.node)
    assert estate.problems() == ()


def test_more_replicas_need_as_many_nodes_as_they_do(estate: Estate) -> None:
    """D3: six replicas, one to a node, and one node to lose."""
    estate.edit(PORTAL, SIZE, "{cpu: 6, memory: 4Gi}").edit(PORTAL, "replicas: 2", "replicas: 6")
    found = request(estate)
    assert len(found.nodes) == 5
    assert [node.node.rack for node in found.nodes][:1] == ["rack-c"], (
        "the rack without a node of it"
    )
    assert len({node.node.address for node in found.nodes}) == 5


def test_the_other_teams_documents_differ_as_they_will(estate: Estate) -> None:
    """X18: firewall, F5, NFS and node documents, for the nodes asked for and no others."""
    estate.edit(PORTAL, SIZE, "{cpu: 5, memory: 4Gi}")
    found = request(estate)
    (node,) = (one.node for one in found.nodes)
    by_name = {delta.document: delta.diff for delta in found.deltas}
    assert set(by_name) == {
        "cmdb/nodes.csv",
        "databases/access.csv",
        "f5/as3.json",
        "firewall/fw-dmz/objects.csv",
        "firewall/fw-dmz/objects.xlsx",
        "firewall/fw-inner/objects.csv",
        "firewall/fw-inner/objects.xlsx",
        "firewall/request.json",
        "dns/zones/1.10.10.in-addr.arpa.zone",
        "dns/zones/dmz.harbour.example.zone",
        "kubelet/nodes.csv",
        "nfs/filer-dmz.exports",
        "nodes/machines.csv",
        f"nodes/{node.name}/kubeadm.yaml",
    }
    for diff in by_name.values():
        assert str(node.address) in diff or f"{node.name}.nodes." in diff
    assert {delta.zone for delta in found.deltas} == {"dmz"}


def test_a_pool_of_a_role_may_be_too_small(estate: Estate) -> None:
    """D7: two nodes at least, whatever runs there."""
    estate.edit(
        "Pulumi.dmz.yaml",
        "rack-b, size: medium, pool: egress",
        "rack-b, size: medium, pool: shared",
    )
    (one,) = request(estate).nodes
    assert (one.node.pool, one.node.rack) == ("egress", "rack-b")


def test_a_replica_larger_than_a_node_is_said_to_be_without_hope(estate: Estate) -> None:
    estate.edit(PORTAL, SIZE, "{cpu: 9, memory: 4Gi}")
    found = request(estate)
    assert found.nodes == ()
    (problem,) = found.hopeless
    assert "A replica is larger than a node" in problem.hint


def run(estate: Estate, *arguments: str) -> Result:
    command = ["capacity", "--root", str(estate.root), *arguments]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def test_the_command_writes_nodes_and_diffs(estate: Estate, tmp_path: Path) -> None:
    estate.edit(PORTAL, SIZE, "{cpu: 5, memory: 4Gi}")
    result = run(estate, "--out", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "1 node for pool policy-portal of zone dmz" in result.output
    with (tmp_path / "out" / "nodes.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["zone"], row["pool"], row["size"]) == ("dmz", "policy-portal", "medium")
    diff = (tmp_path / "out/dmz/firewall/fw-inner/objects.csv.diff").read_text(encoding="utf-8")
    assert f"address,{row['address']}," in diff


def test_other_problems_come_first(estate: Estate) -> None:
    estate.edit(PORTAL, SIZE, "{cpu: 5, memory: 4Gi}").edit(PORTAL, "kind: traditional", "kind: w")
    result = run(estate)
    assert result.exit_code == 1
    assert "Correct these first" in result.output
    assert "Traceback" not in result.output
