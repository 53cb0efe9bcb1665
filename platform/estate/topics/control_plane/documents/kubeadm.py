"""kubeadm's configuration: one for the cluster, one for each machine (A3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address

from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.control_plane.plan.model import API_PORT, ETCD_METRICS, MasterPlan, MastersPlan
from estate.topics.dns.plan.domains import CLUSTER_DOMAIN
from estate.topics.network.plan import NetworkPlan, cluster_range
from estate.topics.nodes.plan.model import RACK_LABEL, NodePlan, Taint

Json = dict[str, object]

DISCOVERY = "/etc/kubernetes/discovery.conf"
"""A kubeconfig with the authority's certificate and a token: nobody reads the cluster's own config
map before having logged in, so a token alone does not do."""

DROP_INS = "/etc/kubernetes/kubelet.conf.d"
"""Where kubelets read their drop-ins."""

CRI_SOCKET = "unix:///run/containerd/containerd.sock"

ETCD = {
    # The API server compacts what it has written; this bounds what else is kept.
    "auto-compaction-mode": "periodic",
    "auto-compaction-retention": "1h",
    "heartbeat-interval": "250",
    "election-timeout": "2500",
    # Metrics and health without TLS, nothing else; monitoring asks from outside the machine.
    "listen-metrics-urls": f"http://0.0.0.0:{ETCD_METRICS}",
    # The most that etcd suggests (etcd.io/docs/v3.6/dev-guide/limit): beyond it, everything stops
    # until somebody makes room.
    "quota-backend-bytes": str(8 * 2**30),
}
"""etcd's flags beyond kubeadm's; racks are further apart than a network of one. An election
waits for ten heartbeats, as etcd.io/docs/v3.6/tuning has it."""

_WATCHED = {
    # kubeadm's own is 127.0.0.1. Monitoring asks from other machines, over TLS and with a token:
    # both answer /metrics to those accounts alone to which the API server permits it.
    "bind-address": "0.0.0.0"  # noqa: S104
}
"""Flags that the scheduler and the controller manager need so that monitoring reads them."""

_OTHERS = {**_WATCHED, "profiling": "false"}


def api_version(minor: int) -> str:
    """Arguments became a list, in which one may stand twice, with kubeadm 1.31."""
    return f"kubeadm.k8s.io/{'v1beta4' if minor >= 31 else 'v1beta3'}"


def arguments(minor: int, given: Mapping[str, str]) -> object:
    """Flags as this version of kubeadm takes them."""
    ordered = sorted(given.items())
    if minor < 31:
        return dict(ordered)
    return [{"name": name, "value": value} for name, value in ordered]


def cluster_configuration(
    plan: Plan, minor: int, flags: Mapping[str, str], volumes: Iterable[Json]
) -> Json:
    """The whole cluster's; where somebody else runs the masters, what they have to merge."""
    server, masters = (
        plan.of(ControlPlanePlan).cluster.api_server,
        plan.of(ControlPlanePlan).masters,
    )
    endpoint = f"{masters.host if masters else server.address}:{server.port}"
    found: Json = {
        "apiVersion": api_version(minor),
        "kind": "ClusterConfiguration",
        **(_of_ours(plan, masters) if masters else {}),
        "controlPlaneEndpoint": endpoint,
        "networking": {
            "serviceSubnet": str(plan.of(NetworkPlan).network.services),
            "podSubnet": str(cluster_range(plan.of(NetworkPlan).network)),
            **({"dnsDomain": CLUSTER_DOMAIN} if masters else {}),
        },
        "apiServer": {
            **({"certSANs": _names(masters, server.address)} if masters else {}),
            "extraArgs": arguments(minor, flags),
            "extraVolumes": list(volumes),
        },
    }
    for what in ("controllerManager", "scheduler"):
        found[what] = {"extraArgs": arguments(minor, _OTHERS if masters else _WATCHED)}
    if masters:
        local = {"dataDir": "/var/lib/etcd", "extraArgs": arguments(minor, ETCD)}
        found["etcd"] = {"local": local}
    return found


def _of_ours(plan: Plan, masters: MastersPlan) -> Json:
    return {
        "clusterName": plan.of(ControlPlanePlan).cluster.name,
        "kubernetesVersion": f"v{masters.release}",
        "imageRepository": masters.images,
    }


def _names(masters: MastersPlan, address: IPv4Address) -> list[str]:
    """What clients call an API server by, beside each master's own name and address."""
    return [masters.host, str(address)]


def init_configuration(minor: int, master: MasterPlan) -> Json:
    """What begins the cluster, on the first master."""
    return {
        "apiVersion": api_version(minor),
        "kind": "InitConfiguration",
        "localAPIEndpoint": _endpoint(master),
        "nodeRegistration": _registration(minor, master),
    }


def join_configuration(minor: int, master: MasterPlan) -> Json:
    """What lets another master join."""
    found = _join(minor, _registration(minor, master))
    found["controlPlane"] = {"localAPIEndpoint": _endpoint(master)}
    return found


def node_join_configuration(minor: int, node: NodePlan, taints: Iterable[Taint]) -> Json:
    """What lets a node of a pool join, as itself.

    The label of the pool is not among them: a kubelet may not give it to itself, and the estate
    sets it. No taints is an empty list: kubeadm would add its own where the list is missing.
    """
    flags = _flags(node.address, node.rack)
    registration: Json = {
        "name": node.name,
        "criSocket": CRI_SOCKET,
        "taints": [
            {"key": taint.key, "value": taint.value, "effect": taint.effect} for taint in taints
        ],
        "kubeletExtraArgs": arguments(minor, flags),
    }
    return _join(minor, registration)


def _join(minor: int, registration: Json) -> Json:
    return {
        "apiVersion": api_version(minor),
        "kind": "JoinConfiguration",
        "discovery": {"file": {"kubeConfigPath": DISCOVERY}},
        "nodeRegistration": registration,
    }


def _endpoint(master: MasterPlan) -> Json:
    return {"advertiseAddress": str(master.address), "bindPort": API_PORT}


def _registration(minor: int, master: MasterPlan) -> Json:
    """A master's taint is kubeadm's own."""
    return {
        "name": master.name,
        "criSocket": CRI_SOCKET,
        "kubeletExtraArgs": arguments(minor, _flags(master.address, master.rack)),
    }


def _flags(address: IPv4Address, rack: str) -> dict[str, str]:
    """The address that the network plugin takes over, and the rack over which pods are spread."""
    return {
        "config-dir": DROP_INS,
        "node-ip": str(address),
        "node-labels": f"{RACK_LABEL}={rack}",
    }
