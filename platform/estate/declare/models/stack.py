"""A stack file's facts: what one zone's cluster is and what stands around it.

They stand under ``config:`` in ``Pulumi.<stack>.yaml``, each key with the prefix ``estate:``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from estate.declare.models.values import (
    AbsolutePath,
    Address,
    Cidr,
    Cpu,
    HostName,
    Memory,
    Model,
    Name,
    Port,
    Resources,
    Zone,
)


class ApiServer(Model):
    """The virtual address in front of the masters (A3)."""

    address: Address
    port: Port = 6443


class Cluster(Model):
    """Which cluster this is, and how the program recognises it (A1)."""

    zone: Zone
    name: Name
    """The value of the label ``estate/cluster`` on the cluster's ``kube-system`` namespace."""
    context: str = Field(min_length=1, max_length=253)
    """The kubeconfig context that `pulumi up` uses."""
    uid: str | None = Field(default=None, pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    """UID of ``kube-system``, once recorded: a cluster rebuilt under the same name is refused."""
    distribution: Literal["kubernetes"]
    version: str = Field(pattern=r"^1\.(3[0-9]|[4-9][0-9])$")
    api_server: ApiServer


class NodePorts(Model):
    """The band of node ports that apps may use, first and last included (E1)."""

    first: Port
    last: Port


class Network(Model):
    """The cluster's address ranges and how packets travel in it (A1, A7)."""

    nodes: Cidr
    """Node addresses, and nothing else, come from here: policies admit it as the nodes."""
    pods: Cidr
    services: Cidr
    tunnels: Cidr | None = None
    """Where encapsulating CNIs take the nodes' tunnel addresses from; apart from ``pods``."""
    cni: Literal["calico", "cilium", "flannel", "ovn-kubernetes"]
    encapsulation: Literal["none", "vxlan", "ipip", "geneve"]
    pod_egress_identity: Literal["node", "pod", "egress"]
    """Whose address a server outside sees when a pod connects (X1)."""
    node_ports: NodePorts


class NodeSize(Model):
    """A size of node: what the machine has, and what the kubelet keeps for the system (I5)."""

    cpu: Cpu
    memory: Memory
    pods: int = Field(default=110, ge=1, le=500)
    reserved: Resources


class Pool(Model):
    """Nodes that are used together; with a tenant, nobody else's pods run there (D2)."""

    name: Name
    tenant: Name | None = None
    app: Name | None = None
    """With an app, only that app of the tenant runs there, in a namespace of its own."""


class Node(Model):
    """One node of the inventory."""

    name: Name
    address: Address
    rack: Name
    size: Name
    pool: Name


class F5(Model):
    """The BIG-IP in front of the zone (E3)."""

    name: Name
    self_addresses: tuple[Address, ...] = Field(min_length=1)
    """The addresses it connects from (self IPs): what nodes see under source NAT."""
    vips: tuple[Cidr, ...] = Field(min_length=1)
    """Where virtual addresses may be taken from."""


class Firewall(Model):
    """A firewall that connections from another zone into this one cross; it denies by default."""

    name: Name
    source_zone: Zone


class Database(Model):
    """A database on virtual machines in this zone, and the tenants that may ask for it (F1)."""

    name: Name
    address: Address
    port: Port
    tenants: tuple[Name, ...] = Field(min_length=1)


class NfsFiler(Model):
    """A filer whose export holds what traditional apps write to files (H2)."""

    name: Name
    address: Address
    export: AbsolutePath


class Registry(Model):
    """The registry that this zone's nodes pull from; apps name images relative to it."""

    host: HostName


def _prefixed(name: str) -> str:
    return f"estate:{name}"


class Stack(Model):
    """All facts about one zone."""

    model_config = ConfigDict(alias_generator=_prefixed)

    cluster: Cluster
    network: Network
    registry: Registry
    node_sizes: dict[Name, NodeSize] = Field(min_length=1)
    pools: tuple[Pool, ...] = Field(min_length=1)
    nodes: tuple[Node, ...] = Field(min_length=1)
    f5: F5
    firewalls: tuple[Firewall, ...] = ()
    databases: tuple[Database, ...] = ()
    nfs_filers: tuple[NfsFiler, ...] = ()
    removal: Literal["protected", "allowed"] = "protected"
    """``protected``: Pulumi refuses to delete namespaces, volumes and claims that are in use."""
