"""What addresses and ranges refuse, by example."""

from __future__ import annotations

from tests.level0.refused import DMZ, INTRANET, Refusal

REFUSALS = (
    Refusal(
        code="range-not-private",
        edits=((DMZ, "pods: 10.64.0.0/16", "pods: «19.254.0.0/16"),),
        key_path="estate:network.pods",
        found="19.254.0.0/16 is not private address space",
        allowed="10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
        hint="packets for real hosts on the internet would be lost in the cluster",
        also=("pool-outside",),
        neighbour=((DMZ, "pods: 10.64.0.0/16", "pods: 10.64.0.0/17"),),
    ),
    Refusal(
        code="range-not-private",
        edits=((DMZ, "pods: 10.64.0.0/16", "pods: «169.254.0.0/16"),),
        key_path="estate:network.pods",
        found="169.254.0.0/16 is not private address space",
        hint="This range has a meaning of its own",
        also=("pool-outside",),
    ),
    Refusal(
        code="range-overlap",
        edits=((INTRANET, "pods: 10.68.0.0/16", "pods: «10.64.128.0/17"),),
        key_path="estate:network.pods",
        found="10.64.128.0/17 overlaps the range of pods of zone 'dmz', 10.64.0.0/16",
        hint="Pods, services, nodes and VIPs of both zones need ranges of their own",
        also=("pool-outside", "range-overlap"),
    ),
    Refusal(
        code="range-overlap",
        edits=((DMZ, "tunnels: 10.65.0.0/24", "tunnels: «10.64.0.0/24"),),
        key_path="estate:network.tunnels",
        found="10.64.0.0/24 overlaps the range of pods of zone 'dmz', 10.64.0.0/16",
        neighbour=((DMZ, "tunnels: 10.65.0.0/24", "tunnels: 10.65.8.0/24"),),
    ),
    Refusal(
        code="encapsulation",
        edits=(
            (DMZ, "cni: calico", "cni: flannel"),
            (DMZ, "encapsulation: vxlan", "encapsulation: «geneve"),
        ),
        key_path="estate:network.encapsulation",
        found="flannel does not offer 'geneve'",
        allowed="none, vxlan",
        neighbour=((DMZ, "cni: calico", "cni: flannel"),),
    ),
    Refusal(
        code="no-tunnels",
        edits=(
            (DMZ, "    nodes: 10.10.1.0/24", "    «nodes: 10.10.1.0/24"),
            (DMZ, "    tunnels: 10.65.0.0/24\n", ""),
        ),
        key_path="estate:network",
        found="packets travel in vxlan, but 'tunnels' is missing",
        hint="Pods see a node that forwards to them by its tunnel address",
        neighbour=(
            (DMZ, "    tunnels: 10.65.0.0/24\n", ""),
            (DMZ, "encapsulation: vxlan", "encapsulation: none"),
        ),
    ),
    Refusal(
        code="no-tunnels",
        edits=(
            (DMZ, "tunnels: 10.65.0.0/24", "tunnels: «10.65.0.0/24"),
            (DMZ, "encapsulation: vxlan", "encapsulation: none"),
        ),
        key_path="estate:network.tunnels",
        found="nothing is encapsulated, so no node has a tunnel address",
        hint="Leave the key out",
    ),
    Refusal(
        code="node-port-band",
        edits=((DMZ, "{first: 30000, last: 30085}", "«{first: 30085, last: 30000}"),),
        key_path="estate:network.node_ports",
        found="the band 30085 to 30000 is not within Kubernetes' own range",
        allowed="first <= last, both from 30000 to 32767",
        neighbour=((DMZ, "{first: 30000, last: 30085}", "{first: 30010, last: 32767}"),),
    ),
    Refusal(
        code="address-taken",
        edits=((DMZ, "address: 10.10.1.12,", "address: «10.10.1.11,"),),
        key_path="estate:nodes[1].address",
        found="10.10.1.11 is the address of node dmz-n01 of zone 'dmz' already",
        allowed="each address once",
    ),
    Refusal(
        code="address-taken",
        edits=((INTRANET, "address: 10.20.3.10", "address: «10.10.3.10"),),
        key_path="estate:nfs_filers[0].address",
        found="10.10.3.10 is the address of filer filer-dmz of zone 'dmz' already",
        allowed="each address once",
        neighbour=((INTRANET, "address: 10.20.3.10", "address: 10.20.3.11"),),
    ),
    Refusal(
        code="address-outside",
        edits=((DMZ, "address: 10.10.1.11,", "address: «10.10.2.11,"),),
        key_path="estate:nodes[0].address",
        found="10.10.2.11 is outside the range of nodes",
        allowed="10.10.1.0/24",
    ),
    Refusal(
        code="address-reserved",
        edits=((DMZ, "address: 10.10.1.11,", "address: «10.10.1.255,"),),
        key_path="estate:nodes[0].address",
        found="10.10.1.255 is the broadcast address of the network 10.10.1.0/24",
        allowed="10.10.1.1 to 10.10.1.254",
        hint="Take another address of the network",
        neighbour=((DMZ, "address: 10.10.1.11,", "address: 10.10.1.254,"),),
    ),
    Refusal(
        code="address-inside",
        edits=((DMZ, "address: 10.10.3.10", "address: «10.10.1.99"),),
        key_path="estate:nfs_filers[0].address",
        found="10.10.1.99 lies in the range of nodes of zone 'dmz', 10.10.1.0/24",
        hint="Policies admit that range as a whole: nothing else may stand in it",
    ),
)
