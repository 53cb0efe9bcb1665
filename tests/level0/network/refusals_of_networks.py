"""Networks that are refused, by example."""

from __future__ import annotations

from tests.control_planes import FIRST, images_of
from tests.level0.refused import DMZ, INTRANET, Edit, Refusal

_ENCAPSULATION = "    encapsulation: vxlan\n"
_TUNNELS = "    tunnels: 10.65.0.0/24\n"
_WHOLE = "cluster_cidr: 10.64.0.0/15"
_WHOLE_AT = "cluster_cidr: «10.64.0.0/15"
_OLDER = (
    ("images.yaml", FIRST, images_of("1.32.3") + FIRST),
    (DMZ, 'version: "1.36"', 'version: "1.32"'),
)
_PEERS = (
    "{name: core-a, address: 10.10.2.1, as_number: 64512}, "
    "{name: core-b, address: 10.10.2.2, as_number: 64512}"
)


def _bgp(peers: str, mark: str = "") -> tuple[Edit, Edit]:
    return (
        (DMZ, _TUNNELS, ""),
        (
            DMZ,
            _ENCAPSULATION,
            f"    encapsulation: none\n    bgp: {{as_number: 64513, peers: {mark}[{peers}]}}\n",
        ),
    )


REFUSALS = (
    Refusal(
        code="no-mtu",
        edits=(
            (DMZ, _TUNNELS, ""),
            (DMZ, _ENCAPSULATION, "    encapsulation: none\n    underlay: «encapsulated\n"),
        ),
        key_path="estate:network.underlay",
        found="the network under the nodes is a tunnel: what it carries is less than 1500 bytes",
        allowed="uplink_mtu: the largest packet between two nodes, as measured",
        neighbour=(
            (DMZ, _TUNNELS, ""),
            (
                DMZ,
                _ENCAPSULATION,
                "    encapsulation: none\n    underlay: encapsulated\n    uplink_mtu: 1450\n",
            ),
        ),
    ),
    Refusal(
        code="mtu-too-small",
        edits=((DMZ, _ENCAPSULATION, f"{_ENCAPSULATION}    uplink_mtu: «1320\n"),),
        key_path="estate:network.uplink_mtu",
        found="1320 bytes less 50 for vxlan leave 1270 to pods",
        allowed="1330 or more",
        neighbour=((DMZ, _ENCAPSULATION, f"{_ENCAPSULATION}    uplink_mtu: 1330\n"),),
    ),
    Refusal(
        code="encryption",
        edits=(
            (DMZ, "cni: calico", "cni: cilium"),
            (DMZ, _ENCAPSULATION, f"{_ENCAPSULATION}    encryption: «wireguard\n"),
        ),
        key_path="estate:network.encryption",
        found="how large cilium's packets are with WireGuard is not known here",
        allowed="none, or cni: calico",
        neighbour=((DMZ, _ENCAPSULATION, f"{_ENCAPSULATION}    encryption: wireguard\n"),),
    ),
    Refusal(
        code="range-too-small",
        edits=((DMZ, "tunnels: 10.65.0.0/24", "tunnels: «10.65.0.0/28"),),
        key_path="estate:network.tunnels",
        found="10.65.0.0/28 holds 16 addresses, and 26 nodes and masters need one each",
        allowed="a range of 26 or more",
        neighbour=((DMZ, "tunnels: 10.65.0.0/24", "tunnels: 10.65.0.0/27"),),
    ),
    Refusal(
        code="range-too-small",
        edits=((DMZ, "pods: 10.64.0.0/16", "pods: «10.64.0.0/22"),),
        key_path="estate:network.pods",
        found="10.64.0.0/22 is 16 blocks of 64 addresses, and the nodes' pods need 46",
        allowed="a range of 2944 addresses or more",
        neighbour=((DMZ, "pods: 10.64.0.0/16", "pods: 10.64.0.0/20"),),
    ),
    Refusal(
        code="pool-outside",
        edits=((DMZ, "tunnels: 10.65.0.0/24", "tunnels: 10.66.0.0/24"), (DMZ, _WHOLE, _WHOLE_AT)),
        key_path="estate:network.cluster_cidr",
        found="10.66.0.0/24, the range of tunnels, lies outside of 10.64.0.0/15",
        allowed="cluster_cidr: 10.64.0.0/14",
        neighbour=(
            (DMZ, "tunnels: 10.65.0.0/24", "tunnels: 10.66.0.0/24"),
            (DMZ, _WHOLE, "cluster_cidr: 10.64.0.0/14"),
        ),
    ),
    Refusal(
        code="pool-outside",
        edits=(
            (DMZ, "tunnels: 10.65.0.0/24", "tunnels: «10.65.0.0/24"),
            (DMZ, f"    {_WHOLE} ", "    #"),
        ),
        key_path="estate:network.tunnels",
        found="10.65.0.0/24, the range of tunnels, lies outside of 10.64.0.0/16",
        allowed="cluster_cidr: 10.64.0.0/15",
        neighbour=((DMZ, f"    {_WHOLE} ", "    #"), (DMZ, "cni: calico", "cni: cilium")),
    ),
    Refusal(
        code="range-overlap",
        edits=((DMZ, _WHOLE, "cluster_cidr: «10.64.0.0/12"),),
        key_path="estate:network.cluster_cidr",
        found="10.64.0.0/12 overlaps the range of pods of zone 'intranet', 10.68.0.0/16",
        hint="cluster_cidr holds the pods and tunnels of its zone, and nothing else",
        also=("range-overlap", "range-overlap"),
    ),
    Refusal(
        code="data-plane",
        edits=(
            *_OLDER,
            (DMZ, "    cni: calico\n", "    cni: calico\n    data_plane: «nftables\n"),
        ),
        key_path="estate:network.data_plane",
        found="kube-proxy's nftables mode is stable from 1.33 on, and the cluster runs 1.32",
        allowed="iptables",
        neighbour=(
            *_OLDER,
            (DMZ, "    cni: calico\n", "    cni: calico\n    data_plane: iptables\n"),
        ),
    ),
    Refusal(
        code="data-plane",
        edits=(
            (DMZ, "    cni: calico\n", "    cni: ovn-kubernetes\n    data_plane: «nftables\n"),
            (DMZ, "encapsulation: vxlan", "encapsulation: geneve"),
        ),
        key_path="estate:network.data_plane",
        found="ovn-kubernetes carries Services and policies out itself",
        hint="Leave the key out",
    ),
    Refusal(
        code="program-too-old",
        edits=(("images.yaml", "    version: v3.32.1\n", "    version: «v3.30.5\n"),),
        key_path="programs.calico.version",
        found="Calico v3.30.5 has no nftables data plane in general availability",
        allowed="v3.31.0 or later",
        neighbour=(
            ("images.yaml", "    version: v3.32.1\n", "    version: v3.30.5\n"),
            (DMZ, "    cni: calico\n", "    cni: calico\n    data_plane: iptables\n"),
            (INTRANET, "    cni: calico\n", "    cni: calico\n    data_plane: iptables\n"),
        ),
    ),
    Refusal(
        code="bad-release",
        edits=(("images.yaml", "    version: v3.32.1\n", "    version: «latest\n"),),
        key_path="programs.calico.version",
        found="'latest' is not a release of Calico",
        allowed="three numbers, as v3.32.1",
    ),
    Refusal(
        code="image-path-taken",
        edits=(("images.yaml", "      calico/cni: quay", "      platform/probe: «quay"),),
        key_path="programs.calico.images.platform/probe",
        found="'platform/probe' is the path of images.probe, too",
        allowed="a path of its own",
    ),
    Refusal(
        code="bgp-unused",
        edits=(
            (
                DMZ,
                _ENCAPSULATION,
                f"{_ENCAPSULATION}    bgp: «{{as_number: 64513, peers: [{_PEERS}]}}\n",
            ),
        ),
        key_path="estate:network.bgp",
        found="with calico and encapsulation: vxlan nodes announce nothing to routers",
        allowed="cni: calico and encapsulation: none",
        neighbour=_bgp(_PEERS),
    ),
    Refusal(
        code="bgp-alone",
        edits=_bgp("{name: core-a, address: 10.10.2.1, as_number: 64512}", "«"),
        key_path="estate:network.bgp.peers",
        found="with core-a every way to pods would be lost",
        allowed="two routers or more",
    ),
    Refusal(
        code="route-across-zones",
        edits=_bgp(_PEERS.replace("10.10.2.2", "«10.20.1.1")),
        key_path="estate:network.bgp.peers[1].address",
        found="10.20.1.1 is a router of zone 'intranet'",
        allowed="routers of zone 'dmz' alone",
    ),
    Refusal(
        code="route-across-zones",
        edits=(
            *_bgp(_PEERS),
            (INTRANET, "    tunnels: 10.69.0.0/24\n", ""),
            (
                INTRANET,
                _ENCAPSULATION,
                "    encapsulation: none\n    bgp: {as_number: 64514, peers: ["
                "{name: core-b, address: «10.10.2.2, as_number: 64512}, "
                "{name: core-c, address: 10.20.2.3, as_number: 64512}]}\n",
            ),
        ),
        key_path="estate:network.bgp.peers[0].address",
        found="10.10.2.2 is a router of zone 'dmz'",
        allowed="routers of zone 'intranet' alone",
        also=("route-across-zones",),
    ),
)
