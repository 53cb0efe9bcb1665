"""kube-proxy's configuration: which addresses node ports answer at (E12, E4).

Its keys are read by kubeadm, strictly, as a part of the first master's file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from estate.plan import Plan
from estate.reader.values import ZONES, Zone
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import NetworkPlan, cluster_range
from estate.topics.nodes.plan import NodesPlan
from tests.control_planes import of_version
from tests.documents import texts
from tests.estates import shipped

pytestmark = pytest.mark.level2

NAME = "network/kube-proxy.yaml"
DMZ = "Pulumi.dmz.yaml"


def read(plan: Plan) -> dict[str, Any]:
    return yaml.safe_load(texts(plan)[NAME])


@pytest.mark.parametrize("zone", ZONES)
def test_masters_hand_nodes_the_same_file_as_everybody_else(tmp_path: Path, zone: Zone) -> None:
    """E12, A3: one truth, whether kubeadm distributes it or somebody else."""
    plan = shipped(tmp_path).plans()[zone]
    first = plan.of(ControlPlanePlan).machines[0].name
    parts = list(yaml.safe_load_all(texts(plan)[f"masters/{first}/kubeadm.yaml"]))
    assert parts[-1] == read(plan)
    assert read(plan)["clusterCIDR"] == str(cluster_range(plan.of(NetworkPlan).network))


def test_node_ports_answer_at_the_nodes_own_addresses_alone(tmp_path: Path) -> None:
    """E1, E12: not on loopback, and not on a storage network that a node also has."""
    plan = shipped(tmp_path).plans()["intranet"]
    assert not any(pool.keepalived for pool in plan.of(NodesPlan).pools)
    assert read(plan)["nodePortAddresses"] == [str(plan.of(NetworkPlan).network.nodes)]
    assert read(plan)["iptables"] == {"localhostNodePorts": False}


def test_an_address_that_moves_between_nodes_answers_on_node_ports(tmp_path: Path) -> None:
    """E4: nftables asks the node object for addresses, which does not know one that moves."""
    plan = shipped(tmp_path).plans()["dmz"]
    assert any(pool.keepalived for pool in plan.of(NodesPlan).pools)
    assert read(plan)["nodePortAddresses"] == ["0.0.0.0/0"]


@pytest.mark.parametrize(("version", "mode"), [("1.33", "nftables"), ("1.32", "iptables")])
def test_nftables_is_used_where_it_is_stable(tmp_path: Path, version: str, mode: str) -> None:
    """E12: KEP-3866."""
    estate = shipped(tmp_path)
    of_version(estate, version)
    assert read(estate.plans()["dmz"])["mode"] == mode


def test_ovn_kubernetes_needs_none(tmp_path: Path) -> None:
    """E12: it carries Services out itself."""
    estate = shipped(tmp_path)
    estate.edit(DMZ, "cni: calico", "cni: ovn-kubernetes")
    estate.edit(DMZ, "encapsulation: vxlan", "encapsulation: geneve")
    assert NAME not in texts(estate.plans()["dmz"])
