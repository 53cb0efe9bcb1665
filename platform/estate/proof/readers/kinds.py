"""What the proof reads, and what it knows to carry no traffic. Anything else is a problem.

A new kind of object or document has to be added here: with a reader if it decides about
connections, among the silent ones otherwise.
"""

from __future__ import annotations

from fnmatch import fnmatch

from estate.proof.emitted import Emitted
from estate.proof.readers.metallb import ADVERTISEMENTS
from estate.proof.readers.network_policies import OTHERS
from estate.proof.readers.pods import WORKLOADS
from estate.proof.readers.strict import Troubles

READ = {
    *ADVERTISEMENTS,
    *WORKLOADS,
    "Certificate",
    "EgressIP",
    "EndpointSlice",
    "Gateway",
    "GatewayClass",
    "HTTPRoute",
    "HorizontalPodAutoscaler",
    "IPAddressPool",
    "Ingress",
    "IngressClass",
    "Namespace",
    "NetworkPolicy",
    "Node",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "Service",
}

SILENT = {
    "APIService",
    "BGPPeer",  # the peers of nodes; pools and advertisements decide what reaches an address
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "CustomResourceDefinition",
    "LimitRange",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "PeerAuthentication",  # the mesh refuses by it; policies hold what it lets through
    "PodDisruptionBudget",
    "PriorityClass",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Secret",
    "ServiceAccount",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "VolumeSnapshotClass",
}

READ_DOCUMENTS = (
    "api-server/certificates.csv",
    "dns/records/*.zone",
    "dns/zones/*.zone",
    "f5/as3.json",
    "firewall/request.json",
    "haproxy/*/haproxy.cfg",
    "keepalived/*/keepalived.conf",
    "kubelet/nodes.csv",
    "logging/certificates.csv",
    "network/routes.csv",
    "nfs/*.exports",
)

SILENT_DOCUMENTS = (
    "access/*",
    "api-server/*",
    "cmdb/*",
    "databases/*",  # told to those whose servers see it, who open nothing by it
    "cutover/*",
    "dns/Corefile",  # the cluster's servers; queries to name servers are a flow of their own
    "firewall/outgoing.csv",  # why rows are asked for, and why others are not
    "firewall/firewalls.csv",  # where each firewall's rules are
    "firewall/*/fortios.conf",  # the same rules in a vendor's words
    "firewall/*/objects.*",  # what the JSON says, for importers: tests hold them against it
    "firewall/*/rules.*",
    "haproxy/*/haproxy.service.conf",
    "haproxy/*/sysctl.conf",
    "keepalived/*",  # passwords, and the register: other documents have the holders of addresses
    "images/*",  # what pipelines and people copy; the clusters' own job is a flow
    "kubelet/*.yaml",
    "network/[!r]*",  # how packets travel that policies and routes let travel
    "logging/nodes/*/sysctl.conf",
    "masters/*",  # what masters run: the balancer's documents have the ways to them
    "nfs/directories.csv",
    "nodes/*",  # how a node joins and is prepared: the inventory has its address
    "node-ports/*",
    "registry/*",  # what machines run, and where nodes pull from: the virtual server is read
    "storage/*",
)


def check_kinds(emitted: Emitted, troubles: Troubles) -> None:
    """A problem for each kind of object and each document that nobody has judged yet."""
    for place, body in emitted.objects:
        if body["kind"] not in READ | SILENT | {*OTHERS}:
            troubles.refuse(place, f"the proof does not know whether a {body['kind']} opens a way")
    for name in emitted.texts:
        if not any(fnmatch(name, known) for known in READ_DOCUMENTS + SILENT_DOCUMENTS):
            troubles.refuse(
                emitted.document(name), "the proof does not know whether this document opens a way"
            )
