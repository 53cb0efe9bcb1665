"""A stack file's facts: what one zone's cluster is and what stands around it.

They stand under ``config:`` in ``Pulumi.<stack>.yaml``, each key with the prefix ``estate:``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from estate.declare.models.addresses import Address, Cidr, Port
from estate.declare.models.amounts import Cpu, Memory, Resources
from estate.declare.models.bootstrap import Bootstrap
from estate.declare.models.delivery import DeliveryService
from estate.declare.models.dns import Dns
from estate.declare.models.egress import Egress
from estate.declare.models.exception import RuleException
from estate.declare.models.firewall import Firewall
from estate.declare.models.identity import Identity
from estate.declare.models.load_balancer import (
    AsNumber,
    BgpPeer,
    HAProxyPair,
    LoadBalancer,
    VirtualRouterId,
)
from estate.declare.models.logging import Logging
from estate.declare.models.masters import Masters
from estate.declare.models.monitoring import Monitoring
from estate.declare.models.quota import QuotaSizes
from estate.declare.models.registry import Registry
from estate.declare.models.routers import Routers
from estate.declare.models.storage import Storage
from estate.declare.models.values import (
    AbsolutePath,
    GroupName,
    Interface,
    Model,
    Name,
    Uid,
    Version,
    Zone,
)


class ApiServer(Model):
    """The virtual address in front of the masters (A3)."""

    address: Address = Field(examples=["10.10.0.5"])
    """The address that nodes and administrators reach the API servers by."""
    port: Port = 6443
    """Its port."""


class Cluster(Model):
    """Which cluster this is, and how the program recognises it (A1)."""

    zone: Zone = Field(examples=["dmz"])
    """The zone that it serves; the same as in the file's name."""
    name: Name = Field(examples=["dmz"])
    """The value of the label ``estate/cluster`` on the cluster's ``kube-system`` namespace."""
    context: str = Field(min_length=1, max_length=253, examples=["dmz"])
    """The kubeconfig context that `pulumi up` uses."""
    uid: Uid | None = Field(default=None, examples=["0b9c1f2e-8a51-4c50-9d0e-3f5f6f1c7a11"])
    """UID of ``kube-system``, once recorded: a cluster rebuilt under the same name is refused."""
    distribution: Literal["kubernetes"] = Field(examples=["kubernetes"])
    """What kind of Kubernetes it is."""
    version: Version = Field(examples=["1.36"])
    """Kubernetes' version, two numbers in quotes."""
    api_server: ApiServer = Field(examples=[{"address": "10.10.0.5"}])
    """The virtual address in front of the masters (A3)."""


class NodePorts(Model):
    """The band of node ports that apps may use, first and last included (E1)."""

    first: Port = Field(examples=[30000])
    """The first port of the band."""
    last: Port = Field(examples=[30085])
    """The last port of the band."""


class Bgp(Model):
    """How nodes tell routers of their own zone where pods are (A7, K2)."""

    as_number: AsNumber = Field(examples=[64513])
    """The nodes' autonomous system."""
    peers: tuple[BgpPeer, ...] = Field(
        min_length=1,
        examples=[[{"name": "core-a", "address": "10.10.1.1", "as_number": 64512}]],
    )
    """The routers."""


class Network(Model):
    """The cluster's address ranges and how packets travel in it (A1, A7)."""

    nodes: Cidr = Field(examples=["10.10.1.0/24"])
    """Node addresses, and nothing else, come from here: policies admit it as the nodes."""
    pods: Cidr = Field(examples=["10.64.0.0/16"])
    """Where pods take their addresses from."""
    services: Cidr = Field(examples=["10.96.0.0/16"])
    """Where services take their cluster addresses from."""
    tunnels: Cidr | None = Field(default=None, examples=["10.65.0.0/24"])
    """Where encapsulating CNIs take the nodes' tunnel addresses from; apart from ``pods``."""
    cni: Literal["calico", "cilium", "flannel", "ovn-kubernetes"] = Field(examples=["calico"])
    """The network plugin."""
    encapsulation: Literal["none", "vxlan", "ipip", "geneve"] = Field(examples=["vxlan"])
    """What packets between pods of different nodes travel in."""
    pod_egress_identity: Literal["node", "pod", "egress"] = Field(examples=["node"])
    """Whose address a server outside sees when a pod connects: its node's, its own, or one of
    estate:egress.addresses (X1)."""
    masquerade: bool | None = Field(default=None, examples=[True])
    """Whether nodes put another address in place of a pod's when it connects outside (Calico:
    natOutgoing). Without it, as pod_egress_identity takes it."""
    underlay: Literal["plain", "encapsulated"] = "plain"
    """``encapsulated``: the network under the nodes is a tunnel itself, as in most clouds."""
    double_encapsulation: Literal["refused", "accepted"] = "refused"
    """``accepted``: a tunnel in a tunnel is known, measured and lived with (A7)."""
    encryption: Literal["none", "wireguard"] = "none"
    """``wireguard``: what travels between nodes is encrypted; with Calico (A7)."""
    uplink_mtu: int | None = Field(default=None, ge=1280, le=9216, examples=[9000])
    """The largest packet that the network under the nodes carries, in bytes; without it 1500, and
    needed where that network is a tunnel itself (A7)."""
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
    """The band of node ports that apps may use (E1)."""


class NodeSize(Model):
    """A size of node: what the machine has, and what the kubelet keeps for the system (I5)."""

    cpu: Cpu = Field(examples=[8])
    """Cores of the machine."""
    memory: Memory = Field(examples=["32Gi"])
    """Memory of the machine."""
    pods: int = Field(default=110, ge=1, le=500)
    """How many pods the kubelet admits."""
    reserved: Resources = Field(examples=[{"cpu": "500m", "memory": "2Gi"}])
    """What the kubelet keeps for the system."""


Role = Literal["router", "egress", "logging", "monitoring", "infra"]
"""What a pool of the platform's own is for."""


class DaemonSet(Resources):
    """What one daemon set of the platform takes on every node."""

    name: Name = Field(examples=["security-agent"])
    """The daemon set's name."""


class MovingAddress(Model):
    """A virtual address that one of a pool's nodes holds at a time (E4)."""

    address: Address = Field(examples=["10.10.1.201"])
    """The address; from the range of nodes, and no node's own."""
    virtual_router: VirtualRouterId = Field(examples=[61])
    """The VRRP number (VRID) under which it moves; once among all nodes."""


class PoolKeepalived(Model):
    """Virtual addresses that keepalived moves between a pool's nodes (E4)."""

    interface: Interface = Field(examples=["eth0"])
    """The nodes' interface that carries their own and the virtual addresses."""
    addresses: tuple[MovingAddress, ...] = Field(
        min_length=1, examples=[[{"address": "10.10.1.201", "virtual_router": 61}]]
    )
    """The addresses: as many as there are nodes keep them all busy."""
    taken_virtual_routers: tuple[VirtualRouterId, ...] = Field(default=(), examples=[[1, 2]])
    """Numbers that other teams' devices use in the nodes' segment."""


class Pool(Model):
    """Nodes that are used together; with a tenant or a role, nobody else's pods run there (D2)."""

    name: Name = Field(examples=["shared"])
    """The pool's name; it becomes the label of its nodes."""
    tenant: Name | None = Field(default=None, examples=["life"])
    """With a tenant, only that tenant's pods run there."""
    app: Name | None = Field(default=None, examples=["policy-portal"])
    """With an app, only that app of the tenant runs there, in a namespace of its own."""
    role: Role | None = Field(default=None, examples=["router"])
    """With a role, only the platform's own pods of that role run there."""
    keepalived: PoolKeepalived | None = Field(
        default=None,
        examples=[
            {
                "interface": "eth0",
                "addresses": [
                    {"address": "10.10.1.201", "virtual_router": 61},
                    {"address": "10.10.1.202", "virtual_router": 62},
                ],
            }
        ],
    )
    """Virtual addresses that move between its nodes, for the load balancer to lead to; of a pool
    of routers only (E4)."""


class Node(Model):
    """One node of the inventory."""

    name: Name = Field(examples=["dmz-n01"])
    """The node's name, as it registers."""
    address: Address = Field(examples=["10.10.1.11"])
    """The node's own address; a firewall sees it."""
    rack: Name = Field(examples=["rack-a"])
    """The rack that it stands in; replicas spread over racks."""
    size: Name = Field(examples=["medium"])
    """One of estate:node_sizes."""
    pool: Name = Field(examples=["shared"])
    """One of estate:pools."""


class Database(Model):
    """A database on virtual machines in this zone, and the tenants that may ask for it (F1)."""

    name: Name = Field(examples=["policydb"])
    """The name by which apps ask for it; unique over both zones."""
    address: Address = Field(examples=["10.20.9.10"])
    """Its server's address."""
    port: Port = Field(examples=[1521])
    """Its port."""
    tenants: tuple[Name, ...] = Field(min_length=1, examples=[["life"]])
    """The tenants whose apps may use it."""


class Server(Model):
    """A server and its port."""

    address: Address = Field(examples=["10.20.9.31"])
    """Its address."""
    port: Port = Field(examples=[2181])
    """Its port."""


class Ensemble(Model):
    """A ZooKeeper ensemble on machines in this zone, and the tenants that may ask it (K3)."""

    name: Name = Field(examples=["zk-machines"])
    """The name by which apps ask for it."""
    servers: tuple[Server, ...] = Field(
        min_length=1, examples=[[{"address": "10.20.9.31", "port": 2181}]]
    )
    """Its servers."""
    tenants: tuple[Name, ...] = Field(min_length=1, examples=[["life"]])
    """The tenants whose apps may use it."""


class NfsFiler(Model):
    """A filer whose export holds what traditional apps write to files (H2)."""

    name: Name = Field(examples=["filer-dmz"])
    """The name by which apps ask for it."""
    address: Address = Field(examples=["10.10.3.10"])
    """Its address."""
    export: AbsolutePath = Field(examples=["/exports/dmz"])
    """The exported directory that the apps' directories stand in."""


class PlatformGroups(Model):
    """The platform's people, whose rights hold in the whole cluster (B8)."""

    admin: GroupName | None = Field(default=None, examples=["platform-admins"])
    """Reads everything but secrets and logs, and drains nodes."""
    auditor: GroupName | None = Field(default=None, examples=["platform-auditors"])
    """Reads everything but secrets and logs, and who has which right."""
    log_reader: GroupName | None = Field(default=None, examples=["platform-support"])
    """Reads pods and their logs, and nothing else."""


def _prefixed(name: str) -> str:
    return f"estate:{name}"


_PAIR = {
    "kind": "haproxy",
    "name": "lb-dmz",
    "hosts": [
        {"name": "dmz-lb1", "address": "10.10.0.11", "interface": "eth0", "priority": 110},
        {"name": "dmz-lb2", "address": "10.10.0.12", "interface": "eth0", "priority": 100},
    ],
    "segment": "10.10.0.0/24",
    "virtual_router": 51,
    "vips": ["10.10.0.32/28"],
}


_STORE = {
    "backend": "local-ssd",
    "disks": [{"replica": 1, "node": "dmz-l01", "path": "/srv/disks/logs", "size": "800Gi"}],
}
_FLOW = {"events_per_second": 400, "bytes_per_event": 500, "days": 30}
_LOGGING = {
    "size": "M",
    "owner": "platform@insurer.example",
    "streams": {
        "access": {**_FLOW, "readers": ["web-operations"]},
        "infrastructure": {**_FLOW, "readers": ["platform-support"]},
        "application": _FLOW,
    },
    "sets": {"master": _STORE, "hot": _STORE, "warm": _STORE},
    "certificates": {
        "transport": "elasticsearch-transport-tls",
        "http": "elasticsearch-http-tls",
        "kibana": "kibana-tls",
    },
}


class Stack(Model):
    """All facts about one zone."""

    model_config = ConfigDict(alias_generator=_prefixed)

    cluster: Cluster
    """Which cluster this is, and how the program recognises it (A1)."""
    network: Network
    """The cluster's address ranges and how packets travel in it (A1, A7)."""
    registry: Registry = Field(examples=[{"host": "registry.dmz.insurer.example"}])
    """The registry that this zone's nodes pull from; a zone has its own."""
    node_sizes: dict[Name, NodeSize] = Field(
        min_length=1,
        examples=[
            {
                "medium": {
                    "cpu": 8,
                    "memory": "32Gi",
                    "reserved": {"cpu": "500m", "memory": "2Gi"},
                }
            }
        ],
    )
    """The sizes of nodes, by name."""
    quota_sizes: QuotaSizes = Field(
        default_factory=QuotaSizes, examples=[{"S": {"cpu": 4, "memory": "8Gi", "pods": 20}}]
    )
    """What the names S, M and L of quotas stand for."""
    daemon_sets: tuple[DaemonSet, ...] = Field(
        default=(), examples=[[{"name": "security-agent", "cpu": "100m", "memory": "256Mi"}]]
    )
    """What the platform runs on every node: apps cannot have it (X4)."""
    pools: tuple[Pool, ...] = Field(min_length=1, examples=[[{"name": "shared"}]])
    """The pools that the nodes are divided into."""
    nodes: tuple[Node, ...] = Field(
        min_length=1,
        examples=[
            [
                {
                    "name": "dmz-n01",
                    "address": "10.10.1.11",
                    "rack": "rack-a",
                    "size": "medium",
                    "pool": "shared",
                }
            ]
        ],
    )
    """The inventory: every node that runs apps."""
    load_balancer: LoadBalancer = Field(
        examples=[
            {
                "kind": "f5",
                "name": "f5-dmz",
                "self_addresses": ["10.10.0.2"],
                "vips": ["10.10.0.16/28"],
            }
        ]
    )
    """What stands in front of the zone's nodes, and answers at the addresses that people know
    (E3, E11)."""
    platform_load_balancer: HAProxyPair | None = Field(default=None, examples=[_PAIR])
    """A pair of its own for what the platform itself is reached by (API servers, registries,
    routers); without it, the zone's load balancer carries that, too."""
    masters: Masters | None = Field(
        default=None,
        examples=[
            {
                "owner": "platform@insurer.example",
                "name": "api.dmz.insurer.example",
                "patch": 3,
                "size": "medium",
                "nodes": [
                    {"name": "dmz-c01", "address": "10.10.1.6", "rack": "rack-a"},
                    {"name": "dmz-c02", "address": "10.10.1.7", "rack": "rack-b"},
                    {"name": "dmz-c03", "address": "10.10.1.8", "rack": "rack-c"},
                ],
            }
        ],
    )
    """The masters, where they are ours; without them, somebody else runs the control plane (A3)."""
    bootstrap: Bootstrap | None = Field(
        default=None, examples=[{"kind": "environment", "prefix": "ESTATE_DMZ_"}]
    )
    """Where secrets come from that must exist before the cluster does (X11)."""
    routers: Routers | None = Field(
        default=None,
        examples=[
            {
                "owner": "platform@insurer.example",
                "shards": [
                    {
                        "name": "default",
                        "size": "M",
                        "address": "10.10.0.24",
                    }
                ],
            }
        ],
    )
    """What brings requests by host name to web apps (C5, E10)."""
    firewalls: tuple[Firewall, ...] = ()
    """The firewalls between the other zone and this one, and those within this one (F2, E14)."""
    delivery: tuple[DeliveryService, ...] = Field(
        default=(),
        examples=[[{"name": "gitlab", "address": "10.20.9.40", "tenants": ["motor"]}]],
    )
    """GitLab, Jenkins and their like, outside the cluster, that apps may connect to."""
    databases: tuple[Database, ...] = ()
    """The databases in this zone that apps may ask for."""
    ensembles: tuple[Ensemble, ...] = ()
    """The ZooKeeper ensembles on machines in this zone."""
    egress: Egress = Field(
        default_factory=Egress, examples=[{"relays": [{"database": "claimdb", "port": 15432}]}]
    )
    """How this zone's apps reach servers behind a firewall by few, known addresses (F3)."""
    dns: Dns | None = Field(
        default=None,
        examples=[
            {
                "resolvers": ["10.10.2.55"],
                "domains": ["harbour.example"],
                "node_domain": "nodes.dmz.harbour.example",
                "name_servers": [{"name": "ns1.harbour.example", "address": "10.10.2.55"}],
                "owner": "hostmaster@harbour.example",
            }
        ],
    )
    """The zone's names; without it, nothing is said to name servers (J1 to J4)."""
    nfs_filers: tuple[NfsFiler, ...] = ()
    """The filers that keep what apps write to files."""
    identity: Identity = Field(
        examples=[
            {
                "default": "staff",
                "issuers": [
                    {
                        "name": "staff",
                        "url": "https://login.insurer.example",
                        "audiences": ["estate-dmz"],
                    }
                ],
            }
        ]
    )
    """The identity providers whose people and pipelines may log in (B1)."""
    platform_groups: PlatformGroups = Field(
        default_factory=PlatformGroups, examples=[{"admin": "platform-admins"}]
    )
    """The platform's people: groups as the identity provider names them."""
    storage: Storage = Field(
        default_factory=Storage,
        examples=[{"csi": [{"name": "ceph", "driver": "rbd.csi.ceph.com"}]}],
    )
    """Where volumes of stateful apps come from (M1, M2, M7)."""
    monitoring: Monitoring | None = Field(
        default=None,
        examples=[
            {
                "size": "M",
                "owner": "platform@insurer.example",
                "mail": {
                    "host": "mail.insurer.example",
                    "address": "10.10.9.25",
                    "sender": "alerts@insurer.example",
                },
            }
        ],
    )
    """What watches the zone, and whom it tells; without it, nothing does (I2)."""
    logging: Logging | None = Field(default=None, examples=[_LOGGING])
    """What collects and keeps the zone's logs; without it, they stay on the nodes (H3)."""
    mesh: Literal["istio"] | None = None
    """The service mesh that the cluster has, which namespaces may opt into (K5)."""
    exceptions: tuple[RuleException, ...] = ()
    """Where a rule of admission does not hold: the only way round one (B3)."""
    removal: Literal["protected", "allowed"] = "protected"
    """``protected``: Pulumi refuses to delete namespaces, volumes and claims that are in use."""
