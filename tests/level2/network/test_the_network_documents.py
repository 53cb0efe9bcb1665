"""How the network plugin is installed: with the facts that all else is derived from (A7, X1, K2).

Calico's definitions come in no module that a build may fetch, so its resources are held against
types of our own, written after the operator's and the API's: no field that they do not have.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from estate.plan import Plan
from estate.proof.prove import prove_plans
from estate.reader.values import ZONES
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import NetworkPlan, pod_mtu
from estate.topics.nodes.plan import NodesPlan
from tests.control_planes import of_version
from tests.documents import table, texts
from tests.estates import Estate, shipped

pytestmark = pytest.mark.level2

DMZ, INTRANET = "Pulumi.dmz.yaml", "Pulumi.intranet.yaml"
INSTALLATION, LATER = "network/installation.yaml", "network/calico.yaml"
PEERS = (
    "{name: core-a, address: 10.10.2.1, as_number: 64512}, "
    "{name: core-b, address: 10.10.2.2, as_number: 64512}"
)
Switch = Literal["Enabled", "Disabled"]


class Strict(BaseModel):
    """No field that Calico does not have."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Metadata(Strict):
    name: str = Field(pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")


class Detection(Strict):
    """NodeAddressAutodetection: at most one way."""

    kubernetes: Literal["NodeInternalIP"]


class Pool(Strict):
    """The operator's IPPool."""

    name: str
    cidr: str
    encapsulation: Literal["IPIPCrossSubnet", "IPIP", "VXLAN", "VXLANCrossSubnet", "None"]
    natOutgoing: Switch
    nodeSelector: str
    blockSize: int = Field(ge=20, le=32)
    allowedUses: list[Literal["Workload", "Tunnel", "LoadBalancer"]] = []


class CalicoNetwork(Strict):
    bgp: Switch
    mtu: int
    linuxDataplane: Literal["Iptables", "Nftables"]
    nodeAddressAutodetectionV4: Detection
    ipPools: list[Pool] = Field(min_length=1, max_length=25)


class InstallationSpec(Strict):
    variant: Literal["Calico"]
    registry: str = Field(pattern=r"/$")
    imagePath: str
    nodeMetricsPort: int = Field(ge=1, le=65535)
    calicoNetwork: CalicoNetwork


class Installation(Strict):
    apiVersion: Literal["operator.tigera.io/v1"]
    kind: Literal["Installation"]
    metadata: Metadata
    spec: InstallationSpec


class Felix(Strict):
    wireguardEnabled: bool


class BgpConfiguration(Strict):
    nodeToNodeMeshEnabled: bool
    asNumber: int


class BgpRule(Strict):
    action: Literal["Accept", "Reject"]
    matchOperator: Literal["Equal", "NotEqual", "In", "NotIn"] | None = None
    cidr: str | None = None


class BgpFilter(Strict):
    exportV4: list[BgpRule]
    importV4: list[BgpRule]


class BgpPeer(Strict):
    peerIP: str
    asNumber: int
    filters: list[str]


SPECS: dict[str, type[Strict]] = {
    "FelixConfiguration": Felix,
    "BGPConfiguration": BgpConfiguration,
    "BGPFilter": BgpFilter,
    "BGPPeer": BgpPeer,
}


def installation(plan: Plan) -> Installation:
    """As the operator would read it."""
    (found,) = yaml.safe_load_all(texts(plan)[INSTALLATION])
    return Installation.model_validate(found)


def resources(plan: Plan) -> dict[tuple[str, str], Any]:
    """What is applied once Calico runs, by kind and name."""
    found: dict[tuple[str, str], Any] = {}
    for one in yaml.safe_load_all(texts(plan)[LATER]):
        assert one["apiVersion"] == "projectcalico.org/v3"
        TypeAdapter(SPECS[one["kind"]]).validate_python(one["spec"])
        found[one["kind"], Metadata.model_validate(one["metadata"]).name] = one["spec"]
    return found


def kubeadm_pod_subnet(plan: Plan) -> IPv4Network:
    """What Calico's operator reads on a first install, and holds every pool against
    (tigera/operator, pkg/controller/ippool/defaults.go: ``cidrWithinCidr``)."""
    configuration = yaml.safe_load(texts(plan)["api-server/kubeadm.yaml"])
    return IPv4Network(configuration["networking"]["podSubnet"])


def routed(folder: Path, more: str = "") -> Estate:
    """The DMZ without encapsulation, and two routers that its nodes tell where pods are."""
    estate = shipped(folder).edit(DMZ, "    tunnels: 10.65.0.0/24\n", "")
    return estate.edit(
        DMZ,
        "    encapsulation: vxlan\n",
        f"    encapsulation: none\n    bgp: {{as_number: 64513, peers: [{PEERS}]}}\n{more}",
    )


@pytest.mark.parametrize("zone", ZONES)
def test_calico_is_installed_with_the_ranges_that_policies_admit(
    zone: Literal["dmz", "intranet"], tmp_path: Path
) -> None:
    """A7, E2: tunnels from a range of their own, in which no pod can be."""
    plan = shipped(tmp_path).plans()[zone]
    network = installation(plan).spec.calicoNetwork
    pods, tunnels = network.ipPools
    assert (pods.cidr, pods.allowedUses) == (str(plan.of(NetworkPlan).network.pods), ["Workload"])
    assert (tunnels.cidr, tunnels.allowedUses) == (
        str(plan.of(NetworkPlan).network.tunnels),
        ["Tunnel"],
    )
    whole = kubeadm_pod_subnet(plan)
    assert all(IPv4Network(pool.cidr).subnet_of(whole) for pool in network.ipPools)
    assert {ip_pool.encapsulation for ip_pool in network.ipPools} == {"VXLAN"}
    assert network.bgp == "Disabled"
    assert LATER not in texts(plan)


@pytest.mark.parametrize(
    ("version", "declared", "proxy", "calico"),
    [
        ("1.36", "", "nftables", "Nftables"),
        ("1.36", "    data_plane: iptables\n", "iptables", "Iptables"),
        ("1.32", "", "iptables", "Iptables"),
    ],
)
def test_calico_and_kube_proxy_have_one_data_plane(
    version: str, declared: str, proxy: str, calico: str, tmp_path: Path
) -> None:
    """A7, E12: docs.tigera.io: in nftables mode, kube-proxy has to be in nftables mode, too."""
    estate = of_version(shipped(tmp_path), version)
    estate.edit(DMZ, "    cni: calico\n", f"    cni: calico\n{declared}")
    plan = estate.plans()["dmz"]
    found = yaml.safe_load(texts(plan)["network/kube-proxy.yaml"])
    assert found["mode"] == proxy
    assert installation(plan).spec.calicoNetwork.linuxDataplane == calico


def test_a_node_that_holds_a_moving_address_still_registers_with_its_own(tmp_path: Path) -> None:
    """A7, E4: Calico takes the address that the kubelet was given, and every kubelet is given one;
    the range of nodes holds addresses of keepalived, too."""
    plan = shipped(tmp_path).plans()["dmz"]
    detection = installation(plan).spec.calicoNetwork.nodeAddressAutodetectionV4
    assert detection.kubernetes == "NodeInternalIP"
    machines = {node.name: node for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    machines |= {machine.name: machine for machine in plan.of(ControlPlanePlan).machines}
    given: dict[str, str] = {}
    for name, text in texts(plan).items():
        if not re.fullmatch(r"(nodes|masters)/[^/]+/kubeadm\.yaml", name):
            continue
        for part in yaml.safe_load_all(text):
            if registration := part.get("nodeRegistration"):
                flags = {one["name"]: one["value"] for one in registration["kubeletExtraArgs"]}
                given[registration["name"]] = flags["node-ip"]
    assert given == {name: str(machine.address) for name, machine in machines.items()}


def test_its_images_come_from_the_zones_registry(tmp_path: Path) -> None:
    """A1, A7: no node asks the internet."""
    spec = installation(shipped(tmp_path).plans()["dmz"]).spec
    assert spec.registry + spec.imagePath == "registry.dmz.harbour.example/calico"


@pytest.mark.parametrize(
    ("cni", "encapsulation", "uplink", "encryption", "expected"),
    [
        ("calico", "vxlan", 1500, "none", 1450),
        ("calico", "ipip", 1500, "none", 1480),
        ("calico", "vxlan", 9000, "none", 8950),
        ("calico", "vxlan", 1500, "wireguard", 1440),
        ("calico", "ipip", 9000, "wireguard", 8940),
        ("calico", "none", 1500, "none", 1500),
        ("calico", "none", 1450, "none", 1450),
        ("cilium", "vxlan", 1500, "none", 1450),
        ("flannel", "vxlan", 1500, "none", 1450),
        ("ovn-kubernetes", "geneve", 1500, "none", 1400),
        ("ovn-kubernetes", "geneve", 9000, "none", 8900),
    ],
)
def test_packets_of_pods_fit_what_they_travel_in(
    cni: str, encapsulation: str, uplink: int, encryption: str, expected: int, tmp_path: Path
) -> None:
    """A7: the uplink's size less what the tunnel adds, in the plan and in what is installed."""
    estate = shipped(tmp_path).edit(DMZ, "cni: calico", f"cni: {cni}")
    if encapsulation == "none":
        estate.edit(DMZ, "    tunnels: 10.65.0.0/24\n", "")
    estate.edit(
        DMZ,
        "    encapsulation: vxlan\n",
        f"    encapsulation: {encapsulation}\n    uplink_mtu: {uplink}\n"
        f"    encryption: {encryption}\n",
    )
    plan = estate.plans()["dmz"]
    assert pod_mtu(plan.of(NetworkPlan).network) == expected
    if cni == "calico":
        assert installation(plan).spec.calicoNetwork.mtu == expected
    else:
        settings = {row["setting"]: row["value"] for row in table(plan, "network/settings.csv")}
        assert str(expected) in settings.values()


def test_a_tunnel_in_a_tunnel_is_reckoned_from_what_the_outer_one_carries(tmp_path: Path) -> None:
    """A7: accepted, it costs what was measured between nodes, and 50 bytes more."""
    estate = shipped(tmp_path).edit(
        DMZ,
        "    encapsulation: vxlan\n",
        "    encapsulation: vxlan\n    underlay: encapsulated\n    uplink_mtu: 1450\n"
        "    double_encapsulation: accepted\n",
    )
    assert installation(estate.plans()["dmz"]).spec.calicoNetwork.mtu == 1400


@pytest.mark.parametrize(("identity", "nat"), [("node", "Enabled"), ("pod", "Disabled")])
def test_pods_hide_behind_their_node_where_servers_expect_nodes(
    identity: str, nat: str, tmp_path: Path
) -> None:
    """X1: what installs the network and what asks the firewall and databases say the same."""
    estate = shipped(tmp_path).edit(INTRANET, "    tunnels: 10.69.0.0/24\n", "")
    estate.edit(INTRANET, "encapsulation: vxlan", "encapsulation: none")
    estate.edit(INTRANET, "pod_egress_identity: node", f"pod_egress_identity: {identity}")
    (pool,) = installation(estate.plans()["intranet"]).spec.calicoNetwork.ipPools
    assert (pool.encapsulation, pool.natOutgoing) == ("None", nat)


def test_routers_are_told_where_pods_are_and_nothing_else(tmp_path: Path) -> None:
    """A7, K2, X13: sessions with both routers of the zone, and a filter on each."""
    estate = routed(tmp_path)
    plan = estate.plans()["dmz"]
    assert installation(plan).spec.calicoNetwork.bgp == "Enabled"
    found = resources(plan)
    assert found["BGPConfiguration", "default"] == {
        "nodeToNodeMeshEnabled": True,
        "asNumber": 64513,
    }
    assert {
        name: (spec["peerIP"], spec["asNumber"], spec["filters"])
        for (kind, name), spec in found.items()
        if kind == "BGPPeer"
    } == {
        "core-a": ("10.10.2.1", 64512, ["estate"]),
        "core-b": ("10.10.2.2", 64512, ["estate"]),
    }
    assert found["BGPFilter", "estate"] == {
        "exportV4": [
            {"action": "Accept", "matchOperator": "In", "cidr": "10.64.0.0/16"},
            {"action": "Reject"},
        ],
        "importV4": [{"action": "Reject"}],
    }
    assert prove_plans(estate.plans(), estate.load()).problems == ()


def test_the_routers_team_is_asked_for_every_session(tmp_path: Path) -> None:
    """A7, A9: a node or master that joins is two more lines."""
    plan = routed(tmp_path).plans()["dmz"]
    rows = table(plan, "network/bgp-peers.csv")
    nodes = {node.name for pool in plan.of(NodesPlan).pools for node in pool.nodes}
    assert {(row["node"], row["router"]) for row in rows} == {
        (node, router)
        for node in nodes | {"dmz-c01", "dmz-c02", "dmz-c03"}
        for router in ("core-a", "core-b")
    }
    assert {(row["as_number"], row["router_as"]) for row in rows} == {("64513", "64512")}


def test_what_is_encrypted_is_said_to_calico_as_well(tmp_path: Path) -> None:
    """A7: a smaller packet alone encrypts nothing."""
    estate = shipped(tmp_path).edit(
        DMZ, "    encapsulation: vxlan\n", "    encapsulation: vxlan\n    encryption: wireguard\n"
    )
    found = resources(estate.plans()["dmz"])
    assert found["FelixConfiguration", "default"] == {"wireguardEnabled": True}


def test_a_field_that_calico_does_not_know_is_found(tmp_path: Path) -> None:
    """A7: the types above can refuse."""
    found = yaml.safe_load(texts(shipped(tmp_path).plans()["dmz"])[INSTALLATION])
    found["spec"]["calicoNetwork"]["ipPools"][0]["vxlanMode"] = "Always"
    with pytest.raises(ValueError, match="vxlanMode"):
        Installation.model_validate(found)
