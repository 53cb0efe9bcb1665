"""Checks of what a network plugin refuses or undoes on its first day (A7)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.network.plan import NFTABLES_SINCE, cluster_range, minor_of, pools

_LARGEST = 8
"""The prefix of 10.0.0.0/8, the largest private range (RFC 1918)."""


def check_pools(stack: Declared[Stack]) -> Iterator[Problem]:
    """Every pool lies in kubeadm's podSubnet.

    Calico's operator reads podSubnet on a first install, and with one pool outside of it makes no
    pool at all (tigera/operator, pkg/controller/ippool/defaults.go, ``mergePlatformPodCIDRs``).
    """
    network = stack.value.network
    whole = cluster_range(network)
    for key, pool in pools(network):
        if pool.subnet_of(whole) or (key == "tunnels" and network.cni != "calico"):
            continue
        path: KeyPath = ("network", "cluster_cidr" if network.cluster_cidr else key)
        around = _around(network.pods, network.tunnels or network.pods)
        yield stack.problem(
            "pool-outside",
            path,
            f"{pool}, the range of {key}, lies outside of {whole}, which kubeadm knows as the "
            "pods': Calico's operator would make no pool, and no pod would get an address",
            f"cluster_cidr: {around}" if around else "one cluster_cidr that holds pods and tunnels",
            "" if around else "Declare tunnels in a range beside that of pods",
        )


def _around(one: IPv4Network, other: IPv4Network) -> IPv4Network | None:
    """The smallest range that holds both; None where that is larger than any private one."""
    found = one
    while not other.subnet_of(found) and found.prefixlen > _LARGEST:
        found = found.supernet()
    return found if other.subnet_of(found) else None


def check_data_plane(stack: Declared[Stack]) -> Iterator[Problem]:
    """A declared data plane that the cluster's version or plugin does not have."""
    network, version = stack.value.network, stack.value.cluster.version
    path: KeyPath = ("network", "data_plane")
    if network.data_plane and network.cni == "ovn-kubernetes":
        yield stack.problem(
            "data-plane",
            path,
            "ovn-kubernetes carries Services and policies out itself: no program reads this",
            hint="Leave the key out",
        )
    elif network.data_plane == "nftables" and minor_of(version) < NFTABLES_SINCE:
        yield stack.problem(
            "data-plane",
            path,
            f"kube-proxy's nftables mode is stable from 1.{NFTABLES_SINCE} on, and the cluster "
            f"runs {version}",
            "iptables",
        )
