"""Limits of the programs that the estate grows into: one table, from which checks and docs come.

Each is documented by those who make the program, or a fact of the site that its owner declares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NEAR_PERCENT = 80
"""From this share of a limit on `check` says how far it is."""

Source = str
"""Where the number stands: an address, and what to look for behind it."""

_THRESHOLDS = (
    "https://github.com/kubernetes/community/blob/main/sig-scalability/configs-and-limits/"
    "thresholds.md"
)
_ETCD = "https://etcd.io/docs/v3.6/dev-guide/limit/"
_LARGE_CLUSTERS = "https://kubernetes.io/docs/setup/best-practices/cluster-large/"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How much of something a program takes."""

    name: str
    what: str
    """What is counted, as a noun in the plural."""
    value: int | None
    """The number; None where only the site knows it."""
    of: str = ""
    """What has the number each, such as ``data node``; nothing where it holds for all together."""
    key: str = ""
    """The key of the stack file by which a site says its own number."""
    refused: bool
    """Whether `check` refuses more; otherwise it gives notice."""
    past: str
    """What happens past it."""
    counted: str
    """How the estate counts."""
    source: Source
    verb: Literal["check", "limits"] = "check"
    """Which verb counts: what is emitted has to be made first, which `check` does not."""
    notice_percent: int = NEAR_PERCENT
    """From this share on `check` gives notice."""


SHARDS = Limit(
    name="elasticsearch-shards",
    what="shards of Elasticsearch",
    value=1000,
    of="data node",
    refused=True,
    past="Elasticsearch makes no further index: logs wait on the nodes' disks, then are lost",
    counted="streams x indices kept x primary shards x copies; against the data nodes without "
    "one, since the limit shrinks while a node is gone",
    source="https://www.elastic.co/docs/reference/autoops-insights/max_shards_per_node "
    "(cluster.max_shards_per_node)",
)
INDICES = Limit(
    name="elasticsearch-indices",
    what="indices of Elasticsearch",
    value=3000,
    of="GiB of a master's heap",
    refused=False,
    past="masters run short of memory",
    counted="streams x indices kept",
    source="https://www.elastic.co/docs/deploy-manage/production-guidance/optimize-performance/"
    "size-shards#shard-count-recommendation",
)
INOTIFY = Limit(
    name="inotify-instances",
    what="inotify instances of the log collector",
    value=128,
    of="node",
    key="estate:logging.inotify_instances",
    refused=True,
    past="the collector does not start on the node",
    counted="one for each tenant whose log files are collected, and those of routers and load "
    "balancers; the kubelet and systemd take some of the same user's",
    source="Linux, fs/notify/inotify/inotify_user.c (UCOUNT_INOTIFY_INSTANCES) and "
    "proc_sys_fs_inotify(5); Fluent Bit, plugins/in_tail/tail_fs_inotify.c (one for each input)",
)
WAITING = Limit(
    name="waiting-logs",
    what="bytes of logs that wait on a node",
    value=None,
    of="node",
    key="estate:logging.node_disk",
    refused=True,
    past="the node's disk is full, and the kubelet evicts pods",
    counted="streams x the room of each",
    source="the node's team; Fluent Bit bounds each output by storage.total_limit_size: "
    "https://docs.fluentbit.io/manual/administration/buffering-and-storage",
)
FIREWALL_ROWS = Limit(
    name="firewall-rows",
    what="rows of a firewall",
    value=None,
    key="estate:firewalls[].rows",
    refused=True,
    past="the firewall's team cannot enter the request",
    counted="rows of the request for that firewall",
    source="the firewall's team",
)
HEALTH_CHECKS = Limit(
    name="health-checks",
    what="health checks a second",
    value=None,
    key="estate:load_balancer.checks_per_second",
    refused=True,
    past="monitors run late, and members are marked down that are well",
    counted="members of all pools / seconds between two checks, of one device",
    source="the load balancer's team: it depends on the model and what else it monitors",
)
STATIC_NODE_PORTS = Limit(
    name="node-ports",
    what="node ports of the band",
    value=86,
    key="estate:network.node_ports",
    refused=False,
    past="Kubernetes gives ports behind the static band to Services that name none",
    counted="ports that somebody holds, of the declared band; the static band of the default "
    "range 30000-32767 holds 86: min(max(16, 2768 / 32), 128)",
    source="https://kubernetes.io/blog/2023/05/11/nodeport-dynamic-and-static-allocation/",
)
NODES = Limit(
    name="nodes",
    what="nodes",
    value=5000,
    of="cluster",
    refused=False,
    past="Kubernetes is not tested with more",
    counted="nodes of all pools",
    source=_LARGE_CLUSTERS,
)
PODS = Limit(
    name="pods",
    what="pods",
    value=150_000,
    of="cluster",
    refused=False,
    past="Kubernetes is not tested with more",
    counted="replicas of all apps at their most",
    source=_LARGE_CLUSTERS,
)
PODS_OF_A_NODE = Limit(
    name="pods-of-a-node",
    what="pods",
    value=110,
    of="node",
    key="estate:node_sizes",
    refused=False,
    past="Kubernetes is not tested with more",
    counted="pods that the kubelet of the largest size admits",
    source=_LARGE_CLUSTERS,
    notice_percent=101,
)
PODS_OF_A_NAMESPACE = Limit(
    name="pods-of-a-namespace",
    what="pods",
    value=3000,
    of="namespace",
    refused=False,
    past="controllers and clients that list a namespace become slow",
    counted="replicas of the namespace's apps at their most",
    source=_THRESHOLDS,
)
DEPLOYMENTS = Limit(
    name="deployments",
    what="Deployments",
    value=2000,
    of="namespace",
    refused=False,
    past="the API's latency is not what Kubernetes promises",
    counted="apps of a namespace",
    source=_THRESHOLDS,
)
NAMESPACES = Limit(
    name="namespaces",
    what="namespaces",
    value=10_000,
    of="cluster",
    refused=False,
    past="the API's latency is not what Kubernetes promises",
    counted="namespaces of all tenants",
    source=_THRESHOLDS,
)
SERVICES = Limit(
    name="services",
    what="Services",
    value=10_000,
    of="cluster",
    refused=False,
    past="nodes program their rules late",
    counted="apps that listen",
    source=_THRESHOLDS,
)
ENDPOINTS = Limit(
    name="endpoints",
    what="endpoints",
    value=250,
    of="Service",
    refused=False,
    past="each change of one pod is sent to every node in larger EndpointSlices",
    counted="replicas of an app at their most; an EndpointSlice holds 100 of them "
    "(--max-endpoints-per-slice of kube-controller-manager)",
    source=f"{_THRESHOLDS} (its thresholds are those of the largest cluster, and lower in smaller "
    "ones) and https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/",
)

CONFIG_MAP = Limit(
    name="config-map",
    what="bytes of a ConfigMap",
    value=2**20,
    of="ConfigMap",
    refused=True,
    past="the API server refuses the ConfigMap, and its consumers keep the one they have",
    counted="values of the largest: rules of alerts, targets, the collector's streams",
    source="https://kubernetes.io/docs/concepts/configuration/configmap/ and, in the source of "
    "Kubernetes, ValidateConfigMap (pkg/apis/core/validation), which adds up the values alone "
    "against MaxSecretSize (pkg/apis/core/types.go)",
    verb="limits",
)
OBJECT = Limit(
    name="object",
    what="bytes of an object",
    value=3 * 2**19,
    of="object",
    refused=True,
    past="etcd refuses the request",
    counted="the largest as JSON; --max-request-bytes of etcd is 1.5 MiB",
    source=_ETCD,
    verb="limits",
)
STORE = Limit(
    name="etcd",
    what="bytes of objects in etcd",
    value=2 * 2**30,
    of="cluster",
    refused=False,
    past="etcd takes no more writes",
    counted="all objects of the stack as JSON, each once: pods, events and earlier revisions come "
    "on top; --quota-backend-bytes of etcd is 2 GiB, and masters that are ours have 8 GiB, above "
    "which etcd 3.6 warns when it starts",
    source=f"{_ETCD}; DefaultQuotaBytes and MaxQuotaBytes in etcd's server/storage/quota.go "
    "(v3.6.14); the page itself names 100 GB as the most that is suggested",
    verb="limits",
)
DECLARATION = Limit(
    name="as3-declaration",
    what="bytes of an AS3 declaration",
    value=None,
    key="estate:load_balancer.declaration_size",
    refused=True,
    past="the BIG-IP's REST service runs out of memory or time, and nothing of it is applied",
    counted="the document f5/as3.json",
    source="the load balancer's team: it depends on the memory that the device gives its REST "
    "service",
    verb="limits",
)

LIMITS = (
    SHARDS,
    INDICES,
    INOTIFY,
    WAITING,
    FIREWALL_ROWS,
    HEALTH_CHECKS,
    STATIC_NODE_PORTS,
    NODES,
    PODS,
    PODS_OF_A_NODE,
    PODS_OF_A_NAMESPACE,
    DEPLOYMENTS,
    NAMESPACES,
    SERVICES,
    ENDPOINTS,
    CONFIG_MAP,
    OBJECT,
    STORE,
    DECLARATION,
)
"""All of them, in the order in which docs/limits.md lists them."""
