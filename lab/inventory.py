"""What the lab has to know of the estate: which clusters there are, with which nodes.

The lab knows nothing else about the product. This is the one seam between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from estate.composition import compose
from estate.declarations.load import load
from estate.derivation import derive
from estate.plan import Plan
from estate.topics.control_plane.documents.api_server import FOLDER, INSTALLED, api_server_documents
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.network.plan import NetworkPlan
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.amounts import cpu_quantity, memory_quantity
from estate.topics.nodes.plan.model import Amount, NodePlan, PoolPlan
from toolchain.trouble import Trouble


@dataclass(frozen=True, kw_only=True)
class SimulatedNode:
    """A machine, as its kubelet would register it."""

    name: str
    address: str
    """Its InternalIP. Data: nothing is ever sent to it."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """The labels that the kubelet registers (`topology.kubernetes.io/zone`: the rack), beside
    host name, operating system and architecture, which every kubelet knows. Pool labels are
    not among them: the product patches those."""
    taints: tuple[Mapping[str, str], ...] = ()
    """`registerWithTaints`: mappings with `key`, `effect` and, as a rule, `value`."""
    capacity: Mapping[str, str]
    allocatable: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ApiServerFiles:
    """What the estate hands over to those who start API servers."""

    flags: Mapping[str, str]
    """By name; where a value is the path of a file, it is that of a real master."""
    files: Mapping[str, str]
    """Each file's text, by its path on a real master."""


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
    api_server: ApiServerFiles
    others_groups: tuple[str, ...] = ()
    """API groups of kinds that the estate uses and that others define."""
    others_namespaces: tuple[str, ...] = ()
    """Namespaces that come with those who define them."""


DISK = "100Gi"
"""Of each simulated node. Kubelets report their own file system; no declaration has its size."""

PATCH_RELEASE = "3"
"""The lab's control planes are 1.36.3, whatever older minor version a stack declares."""


def clusters(root: Path) -> tuple[SimulatedCluster, ...]:
    """The clusters that the estate in `root` declares.

    Raises :class:`Trouble` with all problems where the declarations have any.
    """
    derived = derive(load(root))
    if derived.problems:
        lines = "\n".join(f"  {problem}" for problem in derived.problems)
        raise Trouble(f"the declarations have problems, see `./estate check`:\n{lines}")
    return tuple(_cluster(plan) for plan in derived.plans.values())


def _cluster(plan: Plan) -> SimulatedCluster:
    nodes = [(node, pool) for pool in plan.of(NodesPlan).pools for node in pool.nodes]
    metallb = plan.of(ExposurePlan).metallb
    return SimulatedCluster(
        name=plan.of(ControlPlanePlan).cluster.name,
        version=f"{plan.of(ControlPlanePlan).cluster.version}.{PATCH_RELEASE}",
        service_cidr=str(plan.of(NetworkPlan).network.services),
        pod_cidr=str(plan.of(NetworkPlan).network.pods),
        nodes=tuple(_node(node, pool) for node, pool in nodes),
        api_server=_api_server(plan),
        others_groups=tuple(
            sorted(
                {
                    definition.api_version.partition("/")[0]
                    for definition in compose(plan).definitions
                }
            )
        ),
        others_namespaces=(metallb.balancer.namespace,) if metallb else (),
    )


def _api_server(plan: Plan) -> ApiServerFiles:
    texts = {document.name: document.text for document in api_server_documents(plan)}
    kubeadm = yaml.safe_load(texts.pop(f"{FOLDER}/kubeadm.yaml"))
    given: list[dict[str, str]] | dict[str, str] = kubeadm["apiServer"]["extraArgs"]
    flags = (
        given
        if isinstance(given, dict)  # before 1.31
        else {one["name"]: one["value"] for one in given}
    )
    return ApiServerFiles(
        flags=flags,
        files={
            f"{INSTALLED}/{name.removeprefix(f'{FOLDER}/')}": text for name, text in texts.items()
        },
    )


def _node(node: NodePlan, pool: PoolPlan) -> SimulatedNode:
    return SimulatedNode(
        name=node.name,
        address=str(node.address),
        labels={"topology.kubernetes.io/zone": node.rack},
        taints=tuple(
            {"key": taint.key, "value": taint.value, "effect": taint.effect}
            for taint in pool.taints
        ),
        capacity=_amount(node.capacity, node.capacity.pods),
        allocatable=_amount(node.allocatable, node.capacity.pods),
    )


def _amount(amount: Amount, pods: int) -> dict[str, str]:
    return {
        "cpu": cpu_quantity(amount.cpu),
        "memory": memory_quantity(amount.memory),
        "pods": str(pods),
        "ephemeral-storage": DISK,
    }
