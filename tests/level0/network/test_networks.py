"""Network plugins: those that live are a choice, each with what it offers (C8, A7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from estate.topics.network.plan import NetworkPlan
from tests.estates import shipped

pytestmark = pytest.mark.level0

DMZ = "Pulumi.dmz.yaml"


@pytest.mark.parametrize(
    ("plugin", "encapsulation"),
    [
        ("calico", "vxlan"),
        ("calico", "ipip"),
        ("cilium", "geneve"),
        ("flannel", "vxlan"),
        ("ovn-kubernetes", "geneve"),
    ],
)
def test_a_plugin_that_lives_is_a_choice(tmp_path: Path, plugin: str, encapsulation: str) -> None:
    """C8: of those that the source names Calico; and what has taken the others' place."""
    estate = shipped(tmp_path).edit(DMZ, "cni: calico", f"cni: {plugin}")
    estate.edit(DMZ, "encapsulation: vxlan", f"encapsulation: {encapsulation}")
    assert estate.problems() == ()
    assert estate.plans()["dmz"].of(NetworkPlan).network.cni == plugin


@pytest.mark.parametrize("plugin", ["contiv", "nuage", "contrail", "openshift-sdn"])
def test_a_plugin_that_is_gone_is_none(tmp_path: Path, plugin: str) -> None:
    """C8, C3: nobody maintains them; policies would be written and not enforced."""
    estate = shipped(tmp_path).edit(DMZ, "cni: calico", f"cni: {plugin}")
    (problem,) = estate.problems()
    assert problem.code == "not-a-choice"
    assert "calico" in problem.allowed and "ovn-kubernetes" in problem.allowed
