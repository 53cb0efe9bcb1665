"""How packets leave a cluster: their source address, and their tunnels (A7, X1)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, Problem
from estate.topics.network.checks.network import check_network


def check_packets(catalogue: Catalogue) -> list[Problem]:
    """A problem where what is said of the network cannot all be so."""
    return [
        problem
        for stack in catalogue.stacks.values()
        for problem in (
            *_identity(stack),
            *_masquerade(stack),
            *_tunnels(stack),
            *check_network(catalogue, stack),
        )
    ]


def _identity(stack: Declared[Stack]) -> Iterator[Problem]:
    network = stack.value.network
    if network.pod_egress_identity == "egress" and network.cni != "ovn-kubernetes":
        yield stack.problem(
            "identity-impossible",
            ("network", "pod_egress_identity"),
            f"{network.cni} has no egress addresses that survive the loss of their node",
            "node or pod, or cni: ovn-kubernetes",
            "With node, relays on two nodes do the same: estate:egress.relays",
        )
    if network.pod_egress_identity == "pod" and network.encapsulation != "none":
        yield stack.problem(
            "identity-impossible",
            ("network", "pod_egress_identity"),
            f"packets between pods travel in {network.encapsulation}: routers outside know no "
            "pod, and answers would not find the way back",
            "node, or encapsulation: none with a route to the pods' range",
        )


def _masquerade(stack: Declared[Stack]) -> Iterator[Problem]:
    network = stack.value.network
    hidden = network.pod_egress_identity != "pod"
    if network.masquerade is None or network.masquerade == hidden:
        return
    seen = "keep their own address" if hidden else "hide behind another address"
    yield stack.problem(
        "identity-impossible",
        ("network", "masquerade"),
        f"pods would {seen}, and pod_egress_identity is '{network.pod_egress_identity}'",
        f"masquerade: {str(hidden).lower()}, or pod_egress_identity: {'pod' if hidden else 'node'}",
        "Leave the key out: it follows",
    )


def _tunnels(stack: Declared[Stack]) -> Iterator[Problem]:
    network = stack.value.network
    double = network.underlay == "encapsulated" and network.encapsulation != "none"
    if double and network.double_encapsulation == "refused":
        yield stack.problem(
            "tunnel-in-tunnel",
            ("network", "encapsulation"),
            f"{network.encapsulation} would travel in the tunnel that the nodes' own network is: "
            "every packet is wrapped twice",
            "none, or double_encapsulation: accepted where that has been measured",
        )
    if not double and network.double_encapsulation == "accepted":
        yield stack.problem(
            "superfluous",
            ("network", "double_encapsulation"),
            "nothing is wrapped twice",
            "underlay: encapsulated with an encapsulation of the cluster's own",
            "Leave the key out",
        )
