"""Live nodes held against the inventory: what differs is reported (D2, D5, I5)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from estate.objects.quantity import quantity
from estate.plan import Plan
from estate.proof.live_nodes import LiveNodes
from estate.proof.node_differences import Difference, node_differences
from tests.estates import shipped
from tests.live_clusters import POOL, RACK, Node, live

pytestmark = pytest.mark.level0


def differences(plan: Plan, nodes: dict[str, Node]) -> tuple[Difference, ...]:
    """As the command finds them."""
    return node_differences(plan, LiveNodes.model_validate({"items": [*nodes.values()]}).items)


def _label(node: Node) -> None:
    node["metadata"]["labels"][POOL] = "shared"


def _no_rack(node: Node) -> None:
    del node["metadata"]["labels"][RACK]


def _other_taint(node: Node) -> None:
    node["spec"]["taints"][0]["value"] = "other"


def _no_taints(node: Node) -> None:
    del node["spec"]["taints"]


def _more_taints(node: Node) -> None:
    node["spec"]["taints"].append({"key": "gpu", "effect": "NoExecute"})


def _less_memory(node: Node) -> None:
    node["status"]["allocatable"]["memory"] = "16Gi"


def _less_cpu(node: Node) -> None:
    node["status"]["allocatable"]["cpu"] = "7"


def _address(node: Node) -> None:
    node["status"]["addresses"] = [{"type": "InternalIP", "address": "10.10.1.99"}]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return shipped(tmp_path).plans()["dmz"]


@pytest.mark.parametrize(
    ("change", "fact", "found", "remedy"),
    [
        (_label, "label", f"{POOL}=shared", "pulumi up"),
        (_no_rack, "label", "no such label", "pulumi up"),
        (
            _other_taint,
            "taints",
            "dedicated=other:NoSchedule",
            "kubectl taint node dmz-n01 --overwrite dedicated=policy-portal:NoSchedule;",
        ),
        (_no_taints, "taints", "none", "dedicated=policy-portal:NoSchedule"),
        (_more_taints, "taints", "gpu=:NoExecute", "gpu=:NoExecute-"),
        (_less_memory, "memory", str(16 * 2**30), "estate:node_sizes"),
        (_less_cpu, "cpu", "7000m", "estate:node_sizes"),
        (_address, "address", "10.10.1.99", "firewall"),
    ],
)
def test_a_node_that_differs_is_named_with_the_fact_and_the_remedy(
    plan: Plan, change: Callable[[Node], None], fact: str, found: str, remedy: str
) -> None:
    """D2, D5: reported, never patched."""
    nodes = live(plan)
    change(nodes["dmz-n01"])
    (difference,) = differences(plan, nodes)
    assert (difference.node, difference.fact) == ("dmz-n01", fact)
    assert found in difference.found
    assert remedy in difference.remedy


def test_nodes_as_declared_differ_in_nothing(plan: Plan) -> None:
    """Taints that controllers set, masters, and more room than declared are no difference."""
    nodes = live(plan)
    nodes["dmz-n01"]["spec"]["taints"].append(
        {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    )
    nodes["dmz-n02"]["status"]["allocatable"]["cpu"] = "8"
    master = {"name": "dmz-master1", "labels": {"node-role.kubernetes.io/control-plane": ""}}
    found = differences(plan, nodes | {"": {"metadata": master}})
    assert found == ()


def test_a_node_on_one_side_only_is_reported(plan: Plan) -> None:
    nodes = live(plan)
    del nodes["dmz-n05"]
    stranger = {"metadata": {"name": "dmz-n99"}}
    found = differences(plan, nodes | {"": stranger})
    assert [(difference.node, difference.found) for difference in found] == [
        ("dmz-n05", "not in the cluster"),
        ("dmz-n99", "in the cluster"),
    ]


@pytest.mark.parametrize(
    ("text", "number"), [("7500m", 7.5), ("2Gi", 2**31), ("1e3x", None), ("5M", 5e6), ("", None)]
)
def test_quantities_are_read_or_refused(text: str, number: float | None) -> None:
    if number is None:
        with pytest.raises(ValueError, match="not a quantity"):
            quantity(text)
    else:
        assert float(quantity(text)) == number
