"""A declared node that has not joined, joins, and is taken out again, on a real API server (D2)."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.level3.applied import Applied

pytestmark = pytest.mark.level3

POOL = "node-restriction.kubernetes.io/pool"
AFTER = "{name: dmz-n02, address: 10.10.1.12, rack: rack-b, size: medium, pool: policy-portal}"
LATE = "{name: dmz-n13, address: 10.10.1.23, rack: rack-c, size: medium, pool: policy-portal}"


@pytest.fixture(scope="module")
def declared(world: Applied) -> Generator[Applied]:
    """The shipped estate with one node more than its cluster has."""
    world.estate.edit("Pulumi.dmz.yaml", AFTER, f"{AFTER}\n    - {LATE}")
    try:
        yield world
    finally:
        world.estate.edit("Pulumi.dmz.yaml", f"\n    - {LATE}", "")
        world.lab.pulumi("refresh", "--yes", stack="dmz")
        world.up("dmz")
        world.lab.up()


def _nodes(world: Applied) -> dict[str, dict[str, str]]:
    """The labels of each node of the DMZ's cluster."""
    found = world.get("dmz", "nodes")
    return {one["metadata"]["name"]: one["metadata"].get("labels", {}) for one in found}


def test_a_node_that_has_not_joined_is_named_and_not_created(declared: Applied) -> None:
    preview = declared.lab.pulumi("preview", stack="dmz")
    assert "1 declared node has not joined the cluster: dmz-n13" in preview.stdout
    assert "kubernetes:core/v1:NodePatch::dmz-n13" not in declared.changes("dmz")
    ran = declared.up("dmz")
    assert "1 declared node has not joined the cluster: dmz-n13" in ran.stdout
    assert "dmz-n13" not in _nodes(declared)


def test_it_gets_its_label_by_the_next_up_after_it_joined(declared: Applied) -> None:
    declared.lab.up()
    assert POOL not in _nodes(declared)["dmz-n13"]
    ran = declared.up("dmz")
    assert "not joined" not in ran.stdout
    assert _nodes(declared)["dmz-n13"][POOL] == "policy-portal"


def test_a_node_that_is_gone_again_is_not_created_by_taking_its_label_back(
    declared: Applied,
) -> None:
    """The provider's deletion of the patch would; the cluster refuses that and says what to do."""
    declared.lab.kubectl("dmz", "delete", "node", "dmz-n13")
    ran = declared.up("dmz", check=False)
    assert ran.returncode != 0
    assert "run `pulumi refresh`" in ran.stdout + ran.stderr
    assert "dmz-n13" not in _nodes(declared)
    declared.lab.pulumi("refresh", "--yes", stack="dmz")
    ran = declared.up("dmz")
    assert "1 declared node has not joined the cluster: dmz-n13" in ran.stdout
    assert "dmz-n13" not in _nodes(declared)
