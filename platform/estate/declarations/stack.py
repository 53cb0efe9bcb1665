"""A stack file's facts: what one zone's cluster is and what stands around it.

They stand under ``config:`` in ``Pulumi.<stack>.yaml``, each key with the prefix ``estate:``.

Requirements: A1, A3, A7, B1, B3, B8, C5, D2, E1, E3, E4, E10, E11, E14, F1 to F3, H2, H3, I2, I5,
J1 to J4, K2, K3, K5, M1, M2, M7, X1, X4, X11.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from estate.reader.domains import GivenName
from estate.reader.namespaces import NamespacePattern
from estate.reader.values import Model, Name
from estate.topics.admission.declare.exceptions import RuleException, UnruledNamespace
from estate.topics.apps.declare.ensembles import Ensemble
from estate.topics.control_plane.declare.cluster import Cluster
from estate.topics.control_plane.declare.masters import Masters
from estate.topics.delivery.declare import DeliveryService
from estate.topics.dns.declare import Dns
from estate.topics.document_secrets.declare import Bootstrap
from estate.topics.egress.declare.databases import Database
from estate.topics.egress.declare.firewalls import Firewall, StandingOrder
from estate.topics.egress.declare.relays import Egress
from estate.topics.exposure.declare.load_balancers import HAProxyPair, LoadBalancer
from estate.topics.identity.declare.groups import PlatformGroups
from estate.topics.identity.declare.issuers import Identity
from estate.topics.logging.declare import Logging
from estate.topics.monitoring.declare import Monitoring
from estate.topics.network.declare.network import Network
from estate.topics.nodes.declare import DaemonSet, Node, NodeSize, Pool, TimeServers
from estate.topics.registry.declare.registry import Registry
from estate.topics.routers.declare import Routers
from estate.topics.storage.declare.filers import NfsFiler
from estate.topics.storage.declare.volumes import Storage
from estate.topics.tenancy.declare.quota import QuotaSizes


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
    """Which cluster this is, and how the program recognises it."""
    network: Network
    """The cluster's address ranges and how packets travel in it."""
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
    """The figures of the quota sizes S, M and L."""
    daemon_sets: tuple[DaemonSet, ...] = Field(
        default=(), examples=[[{"name": "security-agent", "cpu": "100m", "memory": "256Mi"}]]
    )
    """The platform's requests on every node, which apps cannot use."""
    pools: tuple[Pool, ...] = Field(min_length=1, examples=[[{"name": "shared"}]])
    """The pools of nodes."""
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
    """The load balancer in front of the zone's nodes, with the users' addresses."""
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
    """The masters, if the estate plans them; without it, another team runs the control plane."""
    bootstrap: Bootstrap | None = Field(
        default=None, examples=[{"kind": "environment", "prefix": "ESTATE_DMZ_"}]
    )
    """The source of secrets that must exist before the cluster."""
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
    """The routers, which pass requests by host name to web apps."""
    firewalls: tuple[Firewall, ...] = ()
    """The firewalls between the other zone and this one, and those within this one."""
    firewall_order: StandingOrder | None = Field(
        default=None,
        examples=[{"ticket": "CHG0011800", "ordered": "2026-02-16", "valid_days": 730}],
    )
    """The order of rules that no app orders, and how long they hold; required with firewalls."""
    delivery: tuple[DeliveryService, ...] = Field(
        default=(),
        examples=[[{"name": "gitlab", "address": "10.20.9.40", "tenants": ["motor"]}]],
    )
    """Systems outside of the cluster, such as GitLab and Jenkins, that apps may connect to."""
    databases: tuple[Database, ...] = ()
    """The databases of this zone that apps may use."""
    ensembles: tuple[Ensemble, ...] = ()
    """The ZooKeeper ensembles on machines in this zone."""
    egress: Egress = Field(
        default_factory=Egress, examples=[{"relays": [{"database": "claimdb", "port": 15432}]}]
    )
    """How this zone's apps reach servers behind a firewall by few, known addresses."""
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
    """The zone's names; without it, there are no documents for name servers."""
    tenant_names: dict[Name, tuple[GivenName, ...]] = Field(
        default_factory=dict[Name, tuple[GivenName, ...]],
        examples=[{"motor": ["quote.insurer.example", "tariff.insurer.example"]}],
    )
    """The host names that each tenant's apps may have in this zone: single ones, or in quotes
    ``"*.brokers.insurer.example"`` for all below a domain. They stand here and not in the tenant's
    file, because a tenant may not assign company names to itself."""
    nfs_filers: tuple[NfsFiler, ...] = ()
    """The filers for files of apps."""
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
    """The identity providers whose people and pipelines may log in."""
    platform_groups: PlatformGroups = Field(
        default_factory=PlatformGroups, examples=[{"admin": "platform-admins"}]
    )
    """The platform's people: groups as the identity provider names them."""
    storage: Storage = Field(
        default_factory=Storage,
        examples=[{"csi": [{"name": "ceph", "driver": "rbd.csi.ceph.com"}]}],
    )
    """Where volumes of stateful apps come from."""
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
    """The zone's monitoring and the receivers of alerts; without it, there is none."""
    logging: Logging | None = Field(default=None, examples=[_LOGGING])
    """The zone's log collection and store; without it, logs stay on the nodes."""
    time: TimeServers | None = Field(
        default=None,
        examples=[{"servers": ["10.10.2.123", "10.10.2.124"], "owner": "network@insurer.example"}],
    )
    """The time servers of nodes and masters; without it, no document configures their clocks."""
    mesh: Literal["istio"] | None = None
    """The service mesh that the cluster has, which namespaces may opt into."""
    reserved_namespaces: tuple[NamespacePattern, ...] = Field(
        default=(), examples=[["security-agent", "vendor-*"]]
    )
    """Namespaces of other programs, which no tenant may have, beside those of Kubernetes, the
    platform and its usual programs."""
    exceptions: tuple[RuleException, ...] = ()
    """Where a rule of admission does not hold: the only way round one."""
    unruled_namespaces: tuple[UnruledNamespace, ...] = Field(
        default=(),
        examples=[
            [
                {
                    "namespace": "cert-manager",
                    "reason": "cert-manager comes with images of its own",
                    "owner": "platform@insurer.example",
                }
            ]
        ],
    )
    """Namespaces of programs that the estate does not install: no rule of admission holds there.
    Those of Kubernetes, of Calico and of MetalLB are known."""
    removal: Literal["protected", "allowed"] = "protected"
    """``protected``: Pulumi refuses to delete namespaces, volumes and claims that are in use."""
