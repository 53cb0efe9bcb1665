"""Addresses: ranges private and disjoint over both zones, every single address used once (A1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.declare import Declared, Problem
from estate.declare.models import Stack
from estate.declare.models.values import Zone
from estate.declare.problems import KeyPath
from estate.plan.catalogue import Catalogue

PRIVATE = tuple(
    IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
"""RFC 1918, and RFC 6598's shared space."""

_CNI_ENCAPSULATIONS = {
    "calico": ("none", "vxlan", "ipip"),
    "cilium": ("none", "vxlan", "geneve"),
    "flannel": ("none", "vxlan"),
    "ovn-kubernetes": ("geneve",),
}


@dataclass(frozen=True)
class _Range:
    zone: Zone
    stack: Declared[Stack]
    path: KeyPath
    what: str
    network: IPv4Network


def check_addresses(catalogue: Catalogue) -> list[Problem]:
    """A problem for each range or address that is public, overlaps or is used twice."""
    problems: list[Problem] = []
    ranges = [one for zone in catalogue.stacks for one in _ranges(catalogue, zone)]
    for index, one in enumerate(ranges):
        if not any(one.network.subnet_of(private) for private in PRIVATE):
            problems.append(_not_private(one))
        for other in ranges[:index]:
            if one.network.overlaps(other.network):
                found = (
                    f"{one.network} overlaps {other.what} of zone '{other.zone}', {other.network}"
                )
                hint = "Pods, services, nodes and VIPs of both zones need ranges of their own"
                problems.append(one.stack.problem("range-overlap", one.path, found, hint=hint))
    for zone, stack in catalogue.stacks.items():
        problems += _network(stack, zone)
    problems += _single_addresses(catalogue, ranges)
    return problems


def _ranges(catalogue: Catalogue, zone: Zone) -> Iterator[_Range]:
    stack = catalogue.stacks[zone]
    network = stack.value.network
    for what in ("nodes", "pods", "services", "tunnels"):
        cidr: IPv4Network | None = getattr(network, what)
        if cidr is not None:
            yield _Range(zone, stack, ("network", what), f"the range of {what}", cidr)
    for index, cidr in enumerate(stack.value.f5.vips):
        yield _Range(zone, stack, ("f5", "vips", index), "a range of VIPs", cidr)


def _not_private(one: _Range) -> Problem:
    private = ", ".join(str(network) for network in PRIVATE)
    hint = (
        "Outside these, packets for real hosts on the internet would be lost in the cluster"
        if one.network.is_global
        else "This range has a meaning of its own (RFC 6890)"
    )
    return one.stack.problem(
        "range-not-private", one.path, f"{one.network} is not private address space", private, hint
    )


def _network(stack: Declared[Stack], zone: Zone) -> Iterator[Problem]:
    network = stack.value.network
    allowed = _CNI_ENCAPSULATIONS[network.cni]
    if network.encapsulation not in allowed:
        found = f"{network.cni} does not offer '{network.encapsulation}'"
        path: KeyPath = ("network", "encapsulation")
        yield stack.problem("encapsulation", path, found, ", ".join(allowed))
    if network.encapsulation != "none" and network.tunnels is None:
        yield stack.problem(
            "no-tunnels",
            ("network",),
            f"packets travel in {network.encapsulation}, but 'tunnels' is missing",
            hint="Pods see a node that forwards to them by its tunnel address: "
            "name the range that these come from",
        )
    if network.encapsulation == "none" and network.tunnels is not None:
        found = "nothing is encapsulated, so no node has a tunnel address"
        yield stack.problem("no-tunnels", ("network", "tunnels"), found, hint="Leave the key out")
    band = network.node_ports
    if not 30000 <= band.first <= band.last <= 32767:
        yield stack.problem(
            "node-port-band",
            ("network", "node_ports"),
            f"the band {band.first} to {band.last} is not within Kubernetes' own range",
            "first <= last, both from 30000 to 32767",
        )


def _single_addresses(catalogue: Catalogue, ranges: list[_Range]) -> Iterator[Problem]:
    used: dict[IPv4Address, str] = {}
    nodes = {one.zone: one.network for one in ranges if one.what == "the range of nodes"}
    for zone, stack in catalogue.stacks.items():
        for path, what, address in _addresses(stack.value):
            if address in used:
                found = f"{address} is the address of {used[address]} already"
                yield stack.problem("address-taken", path, found)
            used.setdefault(address, f"{what} of zone '{zone}'")
            if what.startswith("node "):
                if address not in nodes[zone]:
                    found = f"{address} is outside the range of nodes"
                    yield stack.problem("address-outside", path, found, str(nodes[zone]))
                elif address in (nodes[zone][0], nodes[zone][-1]) and nodes[zone].prefixlen < 31:
                    found = f"{address} is the network's own or its broadcast address"
                    yield stack.problem("address-outside", path, found)
                continue
            for one in ranges:
                if address in one.network:
                    found = f"{address} lies in {one.what} of zone '{one.zone}', {one.network}"
                    hint = "Policies admit that range as a whole: nothing else may stand in it"
                    yield stack.problem("address-inside", path, found, hint=hint)


def _addresses(stack: Stack) -> Iterator[tuple[KeyPath, str, IPv4Address]]:
    yield ("cluster", "api_server", "address"), "the API server", stack.cluster.api_server.address
    for index, address in enumerate(stack.f5.self_addresses):
        yield ("f5", "self_addresses", index), f"the F5 {stack.f5.name}", address
    for index, node in enumerate(stack.nodes):
        yield ("nodes", index, "address"), f"node {node.name}", node.address
    for index, filer in enumerate(stack.nfs_filers):
        yield ("nfs_filers", index, "address"), f"filer {filer.name}", filer.address
    servers: set[IPv4Address] = set()
    for index, database in enumerate(stack.databases):
        if database.address not in servers:  # several databases may share a server
            yield ("databases", index, "address"), f"database {database.name}", database.address
        servers.add(database.address)
