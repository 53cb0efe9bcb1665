"""kube-proxy: what carries Services out on each node, and where node ports answer (E12).

kubeadm takes it beside its own configuration, and every kube-proxy reads it; a network plugin that
carries Services out itself needs none.
"""

from __future__ import annotations

import yaml

from estate.documents.document import Document
from estate.plan import Plan
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.network.plan import NetworkPlan, cluster_range
from estate.topics.nodes.plan import NodesPlan

Json = dict[str, object]

_EVERY = "0.0.0.0/0"

_HEADER = """\
# kube-proxy of cluster '{cluster}': one file for all nodes.
# kubeadm takes it at the end of its own file; elsewhere: kube-proxy --config. See docs/network.md.
"""


def carries_services(plan: Plan) -> bool:
    """Whether kube-proxy does: OVN-Kubernetes has no use for it."""
    return plan.of(NetworkPlan).network.cni != "ovn-kubernetes"


def kube_proxy_documents(plan: Plan) -> tuple[Document, ...]:
    """The file, where there is a kube-proxy."""
    if not carries_services(plan):
        return ()
    header = _HEADER.format(cluster=plan.of(ControlPlanePlan).cluster.name)
    text = yaml.safe_dump(kube_proxy_configuration(plan), sort_keys=False)
    return (Document("network/kube-proxy.yaml", header + text),)


def kube_proxy_configuration(plan: Plan) -> Json:
    """The same data plane as the network plugin's.

    Node ports answer at the nodes' own addresses alone. With nftables these would be the node
    object's, and a virtual address that keepalived brings to a node (E4) would answer nothing:
    where one does, all addresses are asked for.
    """
    network = plan.of(NetworkPlan).network
    moving = any(pool.keepalived for pool in plan.of(NodesPlan).pools)
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": plan.of(NetworkPlan).data_plane,
        "clusterCIDR": str(cluster_range(network)),
        "detectLocalMode": "ClusterCIDR",
        "nodePortAddresses": [_EVERY if moving else str(network.nodes)],
        "iptables": {"localhostNodePorts": False},
    }
