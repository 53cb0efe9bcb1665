"""What is taken for granted, and what nothing emitted can close. Both stand in every report."""

from __future__ import annotations

from collections.abc import Mapping

ASSUMPTIONS: Mapping[str, str] = {
    "policies-enforced": "The network plugin enforces NetworkPolicy for every pod, and pods see "
    "the sources that traffic_policy, encapsulation and SNAT say",
    "cluster-dns": "kube-system has the cluster's name service, its pods labelled "
    "k8s-app=kube-dns, on port 53, with metrics on 9153",
    "pod-network": "No address outside the cluster reaches a pod's own address, except from "
    "networks that network/routes.csv names",
    "egress-identity": "A pod leaves its zone with the address that pod_egress_identity says",
    "firewall-denies": "A firewall between the zones lets through what a row asks for, and "
    "nothing else",
    "f5-answers": "The F5 answers on the addresses and ports of its virtual servers only, and "
    "connects to members of their pools only, from its own addresses; MetalLB, where it stands in "
    "for one, runs on every node that an advertisement selects, and nodes answer by it alone",
    "node-network": "Only the zone's F5 and its nodes reach node ports: the network in front of "
    "the nodes blocks all other sources",
    "filer-exports": "A filer lets exactly the clients of its export list mount",
    "in-front": "What reaches a server outside the clusters from outside both zones is its own "
    "team's matter",
}

RESIDUAL: Mapping[str, str] = {
    "host-network": "A pod that uses its node's network is held by no NetworkPolicy",
    "from-a-node": "A process on a node itself is held by no NetworkPolicy: it reaches the pods "
    "of its zone, node ports, and what the node's address may reach",
    "shared-address": "A firewall row names a node: every process on that node may use it, and "
    "of its pods those whose own policy allows it",
    "labels-by-hand": "People who may start pods in a namespace may give them the labels of its "
    "apps, and so what those may reach; never what pods of another namespace may",
    "node-ports-everywhere": "A node port is open on every node, those of other tenants too",
    "exports-of-a-node": "An export names a node: every process on that node may mount it",
}
