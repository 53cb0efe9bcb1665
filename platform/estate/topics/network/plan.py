"""Facts for the network plugin: sizes of packets, ranges, peers (A7, K2).

A packet that does not fit is dropped without a word, and only the large ones are: logins work and
downloads hang. So its size follows from what is declared, and is never left to be guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from estate.topics.network.declare.network import Network

ETHERNET_MTU = 1500
SMALLEST_MTU = 1280
"""Bytes: below it nothing of IPv6 passes, and path discovery of many hosts gives up."""

OVERHEAD = {"none": 0, "ipip": 20, "vxlan": 50, "geneve": 100}
"""Bytes that each packet between nodes is longer by, over IPv4: Calico's figures for IP-in-IP and
VXLAN (docs.tigera.io, "Configure MTU to maximize network performance"). Geneve's options have no
fixed length: what OVN-Kubernetes and OpenShift reckon with (docs.openshift.com, "Changing the MTU
for the cluster network"), for Cilium too."""

WIREGUARD = 60

FELIX_METRICS = 9091
"""Where Calico's agent on each node counts what it does, without TLS or login: Felix' own default
(docs.tigera.io, "Monitor Calico component metrics")."""

BLOCK = 64
"""How many addresses of pods Calico gives to a node at once."""


def overhead(network: Network) -> int:
    """Bytes between the uplink's packets and the pods'.

    Calico sends what it encrypts in WireGuard alone, so that the larger of the two counts.
    """
    own = OVERHEAD[network.encapsulation]
    return max(own, WIREGUARD) if network.encryption == "wireguard" else own


def pod_mtu(network: Network) -> int:
    """The largest packet of a pod, in bytes (A7)."""
    return (network.uplink_mtu or ETHERNET_MTU) - overhead(network)


def cluster_range(network: Network) -> IPv4Network:
    """The range that every pool of addresses lies in: kubeadm's podSubnet."""
    return network.cluster_cidr or network.pods


def pools(network: Network) -> tuple[tuple[str, IPv4Network], ...]:
    """What the network plugin takes addresses from, by key of the declaration."""
    tunnels = (("tunnels", network.tunnels),) if network.tunnels else ()
    return (("pods", network.pods), *tunnels)


DataPlane = Literal["nftables", "iptables"]

NFTABLES_SINCE = 33
"""The minor version of Kubernetes in which kube-proxy's nftables mode is stable (KEP-3866)."""

NFTABLES_CALICO = (3, 31)
"""The first release of Calico whose nftables data plane is generally available (release notes of
Calico v3.31.0)."""

NFTABLES_KERNEL = "5.13"
NFTABLES_TOOL = "1.0.1"
"""The least kernel and ``nft`` of a node (docs.tigera.io, "Calico nftables data plane", and
kubernetes.io, "Linux Kernel Version Requirements")."""


def data_plane(network: Network, version: str) -> DataPlane:
    """What carries Services and policies out on nodes of a cluster of that version."""
    stable = minor_of(version) >= NFTABLES_SINCE
    return network.data_plane or ("nftables" if stable else "iptables")


def minor_of(version: str) -> int:
    """36 of 1.36."""
    return int(version.partition(".")[2])


def masquerades(network: Network) -> bool:
    """Whether nodes hide pods behind another address on the way out (X1)."""
    return network.pod_egress_identity != "pod"


def announced(network: Network) -> tuple[IPv4Network, ...]:
    """The ranges that may be announced to routers, and nothing else."""
    return (network.pods,)


@dataclass(frozen=True, kw_only=True)
class NetworkPlan:
    """One zone's cluster network."""

    network: Network
    """As declared."""
    data_plane: DataPlane
