"""The cluster network: what people write about it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from estate.reader.addresses import Cidr, Port
from estate.reader.values import Model
from estate.topics.network.declare.peers import AsNumber, BgpPeer


class NodePorts(Model):
    """The band of node ports that apps may use, first and last included."""

    first: Port = Field(examples=[30000])
    """The first port of the band."""
    last: Port = Field(examples=[30085])
    """The last port of the band."""


class Bgp(Model):
    """How nodes tell routers of their own zone where pods are."""

    as_number: AsNumber = Field(examples=[64513])
    """The nodes' autonomous system."""
    peers: tuple[BgpPeer, ...] = Field(
        min_length=1,
        examples=[[{"name": "core-a", "address": "10.10.1.1", "as_number": 64512}]],
    )
    """The routers."""


class Network(Model):
    """The cluster's address ranges and how packets travel in it."""

    nodes: Cidr = Field(examples=["10.10.1.0/24"])
    """The range of node addresses and nothing else: policies admit it as the nodes."""
    pods: Cidr = Field(examples=["10.64.0.0/16"])
    """The range of pods."""
    services: Cidr = Field(examples=["10.96.0.0/16"])
    """The range of Services."""
    tunnels: Cidr | None = Field(default=None, examples=["10.65.0.0/24"])
    """Where encapsulating CNIs take the nodes' tunnel addresses from; apart from ``pods``."""
    cluster_cidr: Cidr | None = Field(default=None, examples=["10.64.0.0/15"])
    """The one range that holds ``pods`` and ``tunnels``, and no address of anything else: kubeadm's
    podSubnet. Without it, ``pods``."""
    cni: Literal["calico", "cilium", "flannel", "ovn-kubernetes"] = Field(examples=["calico"])
    """The network plugin."""
    data_plane: Literal["nftables", "iptables"] | None = Field(default=None, examples=["nftables"])
    """What kube-proxy and Calico write their rules with: the same, as each drops packets that the
    other one rewrote elsewhere. Without it, nftables from Kubernetes 1.33 on, and iptables
    before."""
    encapsulation: Literal["none", "vxlan", "ipip", "geneve"] = Field(examples=["vxlan"])
    """The encapsulation of packets between pods of different nodes."""
    pod_egress_identity: Literal["node", "pod", "egress"] = Field(examples=["node"])
    """Whose address a server outside sees when a pod connects: its node's, its own, or one of
    estate:egress.addresses."""
    masquerade: bool | None = Field(default=None, examples=[True])
    """Whether nodes put another address in place of a pod's when it connects outside (Calico:
    natOutgoing). Without it, as pod_egress_identity takes it."""
    underlay: Literal["plain", "encapsulated"] = "plain"
    """``encapsulated``: the network under the nodes is a tunnel itself, as in most clouds."""
    double_encapsulation: Literal["refused", "accepted"] = "refused"
    """``accepted``: a tunnel in a tunnel is known and measured."""
    encryption: Literal["none", "wireguard"] = "none"
    """``wireguard``: traffic between nodes is encrypted; with Calico."""
    uplink_mtu: int | None = Field(default=None, ge=1280, le=9216, examples=[9000])
    """The largest packet that the network under the nodes carries, in bytes; without it 1500, and
    needed where that network is a tunnel itself."""
    bgp: Bgp | None = Field(
        default=None,
        examples=[
            {
                "as_number": 64513,
                "peers": [{"name": "core-a", "address": "10.10.1.1", "as_number": 64512}],
            }
        ],
    )
    """The routers that nodes tell by BGP where pods are; with Calico and without encapsulation."""
    node_ports: NodePorts = Field(examples=[{"first": 30000, "last": 30085}])
    """The band of node ports that apps may use."""
