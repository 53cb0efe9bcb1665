"""The network plugin's installation: the same facts as policies, firewall rows and routes (A7, X1).

Calico's operator takes it as two custom resources, before there is anything else in the cluster:
documents, therefore, and no objects of the stack. Other plugins have their settings in a list.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from estate.documents.document import Document, Row, csv_text
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.declare.network import Network
from estate.topics.network.plan import (
    FELIX_METRICS,
    NetworkPlan,
    announced,
    masquerades,
    overhead,
    pod_mtu,
)
from estate.topics.nodes.plan import NodesPlan
from estate.topics.registry.plan import RegistryPlan

Json = dict[str, object]

FOLDER = "network"
PEER_COLUMNS = ("zone", "node", "address", "as_number", "router", "router_address", "router_as")
SETTING_COLUMNS = ("plugin", "setting", "value")

_HEADER = """\
# Network of cluster '{cluster}': {what}.
# Packets of pods have {mtu} bytes: {uplink} of the network under the nodes, less {overhead}.
# The network plugin's team applies it {when}. See docs/network.md.
"""

_DATA_PLANES = {"nftables": "Nftables", "iptables": "Iptables"}
"""As the operator calls them."""

_CALICO = {"none": "None", "vxlan": "VXLAN", "ipip": "IPIP"}


def network_documents(plan: Plan) -> tuple[Document, ...]:
    """Calico's resources and what its routers' team is asked; of others a list of settings."""
    network = plan.of(NetworkPlan).network
    if network.cni != "calico":
        table = csv_text(SETTING_COLUMNS, _settings(network))
        return (Document(f"{FOLDER}/settings.csv", table),)
    found = [
        _document(plan, "installation.yaml", "Calico's installation", "once", [installation(plan)])
    ]
    if later := [*_felix(network), *_bgp(network)]:
        what = "how its nodes speak to each other and to routers"
        found.append(_document(plan, "calico.yaml", what, "once Calico runs", later))
    if network.bgp:
        peers = csv_text(PEER_COLUMNS, _peers(plan))
        found.append(Document(f"{FOLDER}/bgp-peers.csv", peers))
    return tuple(found)


def _document(plan: Plan, name: str, what: str, when: str, parts: list[Json]) -> Document:
    network = plan.of(NetworkPlan).network
    header = _HEADER.format(
        cluster=plan.of(ControlPlanePlan).cluster.name,
        what=what,
        mtu=pod_mtu(network),
        uplink=pod_mtu(network) + overhead(network),
        overhead=overhead(network),
        when=when,
    )
    return Document(f"{FOLDER}/{name}", header + yaml.safe_dump_all(parts, sort_keys=False))


def installation(plan: Plan) -> Json:
    """The operator's one Installation; its images come from the zone's own registry."""
    network = plan.of(NetworkPlan).network
    encapsulated = network.encapsulation != "none"
    return {
        "apiVersion": "operator.tigera.io/v1",
        "kind": "Installation",
        "metadata": {"name": "default"},
        "spec": {
            "variant": "Calico",
            "registry": f"{plan.of(RegistryPlan).host}/",
            "imagePath": "calico",
            # Off unless named; the operator hands it to every agent (api/v1/installation_types.go).
            "nodeMetricsPort": FELIX_METRICS,
            "calicoNetwork": {
                # Without tunnels, and with IPIP, BIRD tells each node where the others' pods are.
                "bgp": "Disabled" if network.encapsulation == "vxlan" else "Enabled",
                "mtu": pod_mtu(network),
                "linuxDataplane": _DATA_PLANES[plan.of(NetworkPlan).data_plane],
                # The kubelet's node-ip. A range would also match an address that keepalived moves.
                "nodeAddressAutodetectionV4": {"kubernetes": "NodeInternalIP"},
                "ipPools": [
                    {
                        **_pool("pods", str(network.pods), network, 26),
                        **({"allowedUses": ["Workload"]} if encapsulated else {}),
                    },
                    *_tunnels(network),
                ],
            },
        },
    }


def _pool(name: str, cidr: str, network: Network, block: int) -> Json:
    return {
        "name": name,
        "cidr": cidr,
        "blockSize": block,
        "encapsulation": _CALICO[network.encapsulation],
        "natOutgoing": "Enabled" if masquerades(network) else "Disabled",
        "nodeSelector": "all()",
    }


def _tunnels(network: Network) -> Iterator[Json]:
    """A range of their own: policies admit nodes by it and must not admit pods (E2)."""
    if network.tunnels:
        pool = _pool("tunnels", str(network.tunnels), network, 32)
        yield {**pool, "allowedUses": ["Tunnel"]}


def _felix(network: Network) -> Iterator[Json]:
    if network.encryption == "wireguard":
        yield _resource("FelixConfiguration", "default", {"wireguardEnabled": True})


def _bgp(network: Network) -> Iterator[Json]:
    """Nodes announce to each other as before; routers get the pod range, and nothing else."""
    if network.bgp is None:
        return
    yield _resource(
        "BGPConfiguration",
        "default",
        {"nodeToNodeMeshEnabled": True, "asNumber": network.bgp.as_number},
    )
    yield _resource(
        "BGPFilter",
        "estate",
        {
            "exportV4": [
                *(
                    {"action": "Accept", "matchOperator": "In", "cidr": str(one)}
                    for one in announced(network)
                ),
                {"action": "Reject"},
            ],
            "importV4": [{"action": "Reject"}],
        },
    )
    for peer in network.bgp.peers:
        yield _resource(
            "BGPPeer",
            peer.name,
            {
                "peerIP": str(peer.address),
                "asNumber": peer.as_number,
                "filters": ["estate"],
            },
        )


def _resource(kind: str, name: str, spec: Json) -> Json:
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": kind,
        "metadata": {"name": name},
        "spec": spec,
    }


def _peers(plan: Plan) -> Iterator[Row]:
    """For who looks after the routers: every session that nodes will ask for."""
    bgp = plan.of(NetworkPlan).network.bgp
    if bgp is None:
        return
    masters = plan.of(ControlPlanePlan).machines
    machines = (*(node for pool in plan.of(NodesPlan).pools for node in pool.nodes), *masters)
    for machine in sorted(machines, key=lambda one: one.name):
        for peer in bgp.peers:
            yield {
                "zone": plan.zone,
                "node": machine.name,
                "address": str(machine.address),
                "as_number": bgp.as_number,
                "router": peer.name,
                "router_address": str(peer.address),
                "router_as": peer.as_number,
            }


def _settings(network: Network) -> Iterator[Row]:
    """What the plugin's own installer calls it."""
    mtu, nat = str(pod_mtu(network)), str(masquerades(network)).lower()
    tunnelled = network.encapsulation != "none"
    found = {
        "cilium": {
            "MTU": mtu,
            "ipam.mode": "cluster-pool",
            "ipam.operator.clusterPoolIPv4PodCIDRList": str(network.pods),
            "ipv4NativeRoutingCIDR": str(network.pods),
            "enableIPv4Masquerade": nat,
            "routingMode": "tunnel" if tunnelled else "native",
            **({"tunnelProtocol": network.encapsulation} if tunnelled else {}),
            **({} if tunnelled else {"autoDirectNodeRoutes": "true"}),
        },
        "flannel": {
            "net-conf.json Network": str(network.pods),
            "net-conf.json Backend.Type": "vxlan" if tunnelled else "host-gw",
            **({"net-conf.json Backend.MTU": mtu} if tunnelled else {}),
            "--ip-masq": nat,
        },
        "ovn-kubernetes": {
            "mtu": mtu,
            "net_cidr": str(network.pods),
            "svc_cidr": str(network.services),
        },
    }
    for setting, value in found[network.cni].items():
        yield {"plugin": network.cni, "setting": setting, "value": value}
