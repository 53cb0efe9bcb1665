"""The network plugin, kube-proxy, names inside the cluster, Services' addresses and node ports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any

import yaml

from estate.plan import Plan
from estate.proof.doctor.finding import Finding, compared
from estate.proof.doctor.live import LiveCluster
from estate.topics.network.plan import NetworkPlan

PLUGINS: Mapping[str, str] = {
    "calico-node": "calico",
    "cilium": "cilium",
    "kube-flannel-ds": "flannel",
    "ovnkube-node": "ovn-kubernetes",
    "weave-net": "weave",
    "antrea-agent": "antrea",
    "kube-router": "kube-router",
}
"""By the name of its DaemonSet in the plugin's own manifests: the network plugin."""

NODE_LOCAL_DNS = "node-local-dns"
"""The DaemonSet and the address of Kubernetes' own add-on (cluster/addons/dns/nodelocaldns)."""


def of_the_network(plan: Plan, live: LiveCluster) -> Iterator[Finding]:
    """What the estate's policies, documents and proofs take for granted."""
    network = plan.of(NetworkPlan).network
    yield _plugin(network.cni, live)
    yield _proxy(plan, live)
    yield _services(plan, live)
    yield from _names(live)
    yield _node_ports(plan, live)


def _plugin(declared: str, live: LiveCluster) -> Finding:
    found = sorted({plugin for name, plugin in PLUGINS.items() if name in live.daemon_sets})
    if not found:
        return Finding(
            fact="network plugin",
            declared=declared,
            found="no DaemonSet of a plugin that is known here",
            verdict="not known",
            remedy="Verify that the plugin enforces NetworkPolicy: every zone's isolation is made "
            "of it",
        )
    remedy = "Correct estate:network.cni"
    if found == ["flannel"]:
        remedy = "Flannel enforces no NetworkPolicy, so nothing would isolate tenants: install "
        remedy += "Calico or Cilium"
    return compared("network plugin", declared, ", ".join(found), remedy)


def _proxy(plan: Plan, live: LiveCluster) -> Finding:
    declared = plan.of(NetworkPlan).data_plane
    if not live.kube_proxy:
        return Finding(
            fact="mode of kube-proxy",
            declared=declared,
            found="no ConfigMap kube-system/kube-proxy",
            verdict="not known",
            remedy="Compare its --proxy-mode on a node with estate:network.data_plane",
        )
    # Nothing said: iptables (k8s.io/kubernetes, cmd/kube-proxy/app/server_linux.go).
    read: dict[str, Any] = yaml.safe_load(live.kube_proxy) or {}
    found = read.get("mode") or "iptables"
    return compared(
        "mode of kube-proxy",
        declared,
        str(found),
        "kube-proxy and the network plugin write rules by one means: correct "
        "estate:network.data_plane, or hand over kube-proxy's file",
    )


def _services(plan: Plan, live: LiveCluster) -> Finding:
    declared = plan.of(NetworkPlan).network.services
    (address,) = [service.address for service in live.services if service.name == "kubernetes"] or [
        ""
    ]
    inside = bool(address) and ip_address(address) in declared
    return Finding(
        fact="range of Services",
        declared=str(declared),
        found=f"default/kubernetes has {address or 'no address'}",
        verdict="as declared" if inside else "differs",
        remedy="" if inside else "Correct estate:network.services: --service-cluster-ip-range",
    )


def _names(live: LiveCluster) -> Iterator[Finding]:
    """The name service that policies admit: pods labelled as kube-dns in kube-system."""
    found = [service.address for service in live.services if service.name == "kube-dns"]
    yield Finding(
        fact="name service",
        declared="Service kube-system/kube-dns",
        found=f"at {found[0]}" if found else "no such Service",
        verdict="as declared" if found else "differs",
        remedy=""
        if found
        else "Policies of pods admit the pods behind kube-system/kube-dns and "
        "no other name service: without it no pod finds a name",
    )
    if NODE_LOCAL_DNS in live.daemon_sets:
        yield Finding(
            fact="name service on nodes",
            declared="none",
            found=f"DaemonSet {NODE_LOCAL_DNS}",
            verdict="differs",
            remedy="Policies of pods do not admit a node's own cache: kubelets' clusterDNS has to "
            "be the address of kube-dns, or no pod finds a name",
        )


def _node_ports(plan: Plan, live: LiveCluster) -> Finding:
    band = plan.of(NetworkPlan).network.node_ports
    if live.ports_not_tried:
        return Finding(
            fact="node ports",
            declared=f"{band.first}-{band.last}",
            found=live.ports_not_tried,
            verdict="not known",
            remedy="Compare --service-node-port-range of the API servers",
        )
    refused = [f"{port}: {why}" for port, why in sorted(live.refused_ports.items())]
    return Finding(
        fact="node ports",
        declared=f"{band.first}-{band.last}",
        found="; ".join(refused) or "the API server takes the first and the last",
        verdict="differs" if refused else "as declared",
        remedy="Correct estate:network.node_ports, or --service-node-port-range of the API servers"
        if refused
        else "",
    )
