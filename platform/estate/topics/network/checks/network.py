"""Checks of the cluster network."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.network.checks.pools import check_data_plane, check_pools
from estate.topics.network.declare.network import Network
from estate.topics.network.plan import BLOCK, ETHERNET_MTU, SMALLEST_MTU, overhead, pod_mtu


def check_network(catalogue: Catalogue, stack: Declared[Stack]) -> Iterator[Problem]:
    """A problem for each combination with which packets would be lost, or go a way round."""
    network = stack.value.network
    yield from _packets(stack, network)
    yield from _ranges(stack, network)
    yield from check_pools(stack)
    yield from check_data_plane(stack)
    if network.bgp:
        yield from _routers(catalogue, stack)


def _packets(stack: Declared[Stack], network: Network) -> Iterator[Problem]:
    if network.encryption == "wireguard" and network.cni != "calico":
        yield stack.problem(
            "encryption",
            ("network", "encryption"),
            f"how large {network.cni}'s packets are with WireGuard is not known here",
            "none, or cni: calico",
        )
    refused = network.encapsulation != "none" and network.double_encapsulation == "refused"
    if network.underlay == "encapsulated" and refused:
        return  # as a tunnel in a tunnel, which is worse than small packets
    if network.underlay == "encapsulated" and network.uplink_mtu is None:
        yield stack.problem(
            "no-mtu",
            ("network", "underlay"),
            "the network under the nodes is a tunnel: what it carries is less than "
            f"{ETHERNET_MTU} bytes, and 'uplink_mtu' is missing",
            "uplink_mtu: the largest packet between two nodes, as measured",
            "On a node: ping -M do -s 1422 to another one sends 1450 bytes",
        )
    elif pod_mtu(network) < SMALLEST_MTU:
        yield stack.problem(
            "mtu-too-small",
            ("network", "uplink_mtu"),
            f"{network.uplink_mtu} bytes less {overhead(network)} for "
            f"{_in_words(network)} leave {pod_mtu(network)} to pods",
            f"{SMALLEST_MTU + overhead(network)} or more",
        )


def _in_words(network: Network) -> str:
    return "wireguard" if network.encryption == "wireguard" else network.encapsulation


def _ranges(stack: Declared[Stack], network: Network) -> Iterator[Problem]:
    """Every node needs an address for its tunnel, and blocks for its pods."""
    facts = stack.value
    machines = len(facts.nodes) + (len(facts.masters.nodes) if facts.masters else 0)
    if network.tunnels and network.tunnels.num_addresses < machines:
        yield stack.problem(
            "range-too-small",
            ("network", "tunnels"),
            f"{network.tunnels} holds {network.tunnels.num_addresses} addresses, and "
            f"{machines} nodes and masters need one each",
            f"a range of {machines} or more",
        )
    pods = sum(
        -(-facts.node_sizes[node.size].pods // BLOCK)
        for node in facts.nodes
        if node.size in facts.node_sizes
    )
    blocks = network.pods.num_addresses // BLOCK
    if network.cni == "calico" and blocks < pods:
        yield stack.problem(
            "range-too-small",
            ("network", "pods"),
            f"{network.pods} is {blocks} blocks of {BLOCK} addresses, and the nodes' pods need "
            f"{pods}",
            f"a range of {pods * BLOCK} addresses or more",
        )


def _routers(catalogue: Catalogue, stack: Declared[Stack]) -> Iterator[Problem]:
    facts, network = stack.value, stack.value.network
    peers = network.bgp.peers if network.bgp else ()
    if network.cni != "calico" or network.encapsulation != "none":
        yield stack.problem(
            "bgp-unused",
            ("network", "bgp"),
            f"with {network.cni} and encapsulation: {network.encapsulation} nodes announce "
            "nothing to routers",
            "cni: calico and encapsulation: none",
            "Leave the key out",
        )
        return
    if len(peers) < 2:
        yield stack.problem(
            "bgp-alone",
            ("network", "bgp", "peers"),
            f"with {', '.join(peer.name for peer in peers)} every way to pods would be lost",
            "two routers or more",
        )
    for zone, other in catalogue.stacks.items():
        if zone == facts.cluster.zone:
            continue
        theirs = other.value.network
        own = [bgp_peer.address for bgp_peer in (theirs.bgp.peers if theirs.bgp else ())]
        ranges = (theirs.nodes, theirs.pods, theirs.services)
        for index, peer in enumerate(peers):
            path: KeyPath = ("network", "bgp", "peers", index, "address")
            if peer.address in own or any(peer.address in one for one in ranges):
                yield stack.problem(
                    "route-across-zones",
                    path,
                    f"{peer.address} is a router of zone '{zone}': with a route from there to "
                    "pods, packets would pass by the firewall's rules, which name nodes",
                    f"routers of zone '{facts.cluster.zone}' alone",
                )
