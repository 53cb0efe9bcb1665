"""What the lab has to know of the estate: which clusters there are, with which nodes.

The lab knows nothing else about the product. This is the one seam between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SimulatedNode:
    """A machine, as its kubelet would register it."""

    name: str
    address: str
    """Its InternalIP. Data: nothing is ever sent to it."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the kubelet is told to register (`topology.kubernetes.io/zone`: the rack), beside
    host name, operating system and architecture, which every kubelet knows. Pool labels are
    not among them: the product patches those."""
    taints: tuple[Mapping[str, str], ...] = ()
    """`registerWithTaints`: mappings with `key`, `effect` and, as a rule, `value`."""
    capacity: Mapping[str, str]
    allocatable: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class SimulatedCluster:
    """A control plane and its nodes."""

    name: str
    """Also the name of the kubeconfig context, and the identity on `kube-system`."""
    version: str
    """The Kubernetes version that the nodes say they run: 1.36.3."""
    service_cidr: str
    pod_cidr: str
    node_ports: str = "30000-32767"
    nodes: tuple[SimulatedNode, ...]


def clusters(root: Path) -> tuple[SimulatedCluster, ...]:
    """The clusters that the estate in `root` declares."""
    del root
    return (
        _example("dmz", "10.10", "10.96.0.0/16", "10.128.0.0/16"),
        _example("intranet", "10.20", "10.97.0.0/16", "10.132.0.0/16"),
    )


def _example(zone: str, network: str, services: str, pods: str) -> SimulatedCluster:
    return SimulatedCluster(
        name=zone,
        version="1.36.3",
        service_cidr=services,
        pod_cidr=pods,
        nodes=tuple(
            SimulatedNode(
                name=f"{zone}-node-{number}",
                address=f"{network}.0.{10 + number}",
                labels={"topology.kubernetes.io/zone": f"{zone}-rack-{number}"},
                capacity={"cpu": "16", "memory": "64Gi", "pods": "110"},
                allocatable={"cpu": "15", "memory": "60Gi", "pods": "110"},
            )
            for number in (1, 2)
        ),
    )
