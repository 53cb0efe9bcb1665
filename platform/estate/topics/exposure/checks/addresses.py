"""Addresses: ranges private and disjoint over both zones, every single address used once (A1)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.exposure.plan.balancers import balancer_addresses, balancers

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
    ranges = [one for zone in catalogue.stacks for one in _ranges(catalogue, zone)]
    problems = [_not_private(one) for one in ranges if not _is_private(one.network)]
    problems += _overlaps(ranges)
    problems += _around_pools(catalogue, ranges)
    for stack in catalogue.stacks.values():
        problems += _network(stack)
    problems += _single_addresses(catalogue, ranges)
    return problems


def _is_private(network: IPv4Network) -> bool:
    return any(network.subnet_of(private) for private in PRIVATE)


def _overlaps(ranges: list[_Range]) -> Iterator[Problem]:
    """Networks overlap only where one contains the other: in order, it is still open then."""
    place = {id(one): index for index, one in enumerate(ranges)}
    around: list[_Range] = []
    for one in sorted(ranges, key=lambda one: (one.network, place[id(one)])):
        while around and around[-1].network.broadcast_address < one.network.network_address:
            around.pop()
        if around:
            # The later one in the file gets the problem, with the earlier one's line.
            first, second = sorted((around[-1], one), key=lambda one: place[id(one)])
            yield second.stack.problem(
                "range-overlap",
                second.path,
                f"{second.network} overlaps {first.what} of zone '{first.zone}', {first.network}",
                hint="Pods, services, nodes and VIPs of both zones need ranges of their own",
            )
        around.append(one)


def _around_pools(catalogue: Catalogue, ranges: list[_Range]) -> Iterator[Problem]:
    """What kubeadm takes for the pods' holds nothing else, of either zone."""
    before: list[_Range] = []
    for zone, stack in catalogue.stacks.items():
        whole = stack.value.network.cluster_cidr
        if whole is None:
            continue
        path: KeyPath = ("network", "cluster_cidr")
        own = (("network", "pods"), ("network", "tunnels"))
        others = [one for one in ranges if one.zone != zone or one.path not in own]
        for one in (*others, *before):
            if one.network.overlaps(whole):
                yield stack.problem(
                    "range-overlap",
                    path,
                    f"{whole} overlaps {one.what} of zone '{one.zone}', {one.network}",
                    hint="cluster_cidr holds the pods and tunnels of its zone, and nothing else",
                )
        if not _is_private(whole):
            yield _not_private(_Range(zone, stack, path, "the cluster's range", whole))
        before.append(_Range(zone, stack, path, "the range around pods and tunnels", whole))


def _ranges(catalogue: Catalogue, zone: Zone) -> Iterator[_Range]:
    stack = catalogue.stacks[zone]
    for path, what, network in ranges_in(stack.value):
        yield _Range(zone, stack, path, what, network)


def ranges_in(stack: Stack) -> Iterator[tuple[KeyPath, str, IPv4Network]]:
    """Every range of a stack: where it stands, and what it is of."""
    for what in ("nodes", "pods", "services", "tunnels"):
        cidr: IPv4Network | None = getattr(stack.network, what)
        if cidr is not None:
            yield ("network", what), f"the range of {what}", cidr
    for key, balancer in balancers(stack):
        for index, cidr in enumerate(balancer.vips):
            yield (key, "vips", index), "a range of VIPs", cidr


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


def _network(stack: Declared[Stack]) -> Iterator[Problem]:
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
    holding = _Holding(ranges)
    for zone, stack in catalogue.stacks.items():
        nodes = stack.value.network.nodes
        for path, what, address in addresses_in(stack.value):
            if address in used:
                found = f"{address} is the address of {used[address]} already"
                yield stack.problem("address-taken", path, found, "each address once")
            used.setdefault(address, f"{what} of zone '{zone}'")
            if not _ordinary(address):
                found = f"{address} is no address that packets are sent to from elsewhere"
                allowed = "none of loopback, link-local, multicast or reserved (RFC 6890)"
                hint = "The API server would refuse it as an endpoint"
                yield stack.problem("address-special", path, found, allowed, hint)
            elif _among_nodes(stack.value, path):
                if address not in nodes:
                    found = f"{address} is outside the range of nodes"
                    hint = _SECOND_INTERFACE if path[0] == "egress" else ""
                    yield stack.problem("address-outside", path, found, str(nodes), hint)
            elif one := holding.holds(address):
                found = f"{address} lies in {one.what} of zone '{one.zone}', {one.network}"
                hint = "Policies admit that range as a whole: nothing else may stand in it"
                yield stack.problem("address-inside", path, found, hint=hint)


def _among_nodes(stack: Stack, path: KeyPath) -> bool:
    """Whether an address is a node's or a master's, or moves between them."""
    if path[0] == "cluster":
        return stack.masters is not None
    return path[0] in ("nodes", "masters", "pools", "egress")


_SECOND_INTERFACE = (
    "Addresses on a second interface of the nodes do not serve pods with networks of their own"
)
"""X14: with a user-defined network, an EgressIP on a secondary interface is not supported."""


def _ordinary(address: IPv4Address) -> bool:
    """Whether an endpoint may have it: the API server refuses the others (F4)."""
    return not (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )


class _Holding:
    """Which range holds an address; the outermost one where they overlap, which is refused."""

    def __init__(self, ranges: list[_Range]) -> None:
        self._ranges: list[_Range] = []
        for one in sorted(ranges, key=lambda one: one.network):
            if not (self._ranges and one.network.subnet_of(self._ranges[-1].network)):
                self._ranges.append(one)
        self._first = [one.network.network_address for one in self._ranges]

    def holds(self, address: IPv4Address) -> _Range | None:
        index = bisect_right(self._first, address) - 1
        found = self._ranges[index] if index >= 0 else None
        return found if found and address in found.network else None


def addresses_in(stack: Stack) -> Iterator[tuple[KeyPath, str, IPv4Address]]:
    """Every single address of a stack, but for virtual ones: where it stands, and what has it."""
    if stack.masters is None or stack.masters.keepalived:  # else it is the load balancer's
        server = stack.cluster.api_server
        yield ("cluster", "api_server", "address"), "the API server", server.address
    for index, master in enumerate(stack.masters.nodes if stack.masters else ()):
        yield ("masters", "nodes", index, "address"), f"master {master.name}", master.address
    yield from balancer_addresses(stack)
    for index, node in enumerate(stack.nodes):
        yield ("nodes", index, "address"), f"node {node.name}", node.address
    yield from _moving(stack)
    for index, filer in enumerate(stack.nfs_filers):
        yield ("nfs_filers", index, "address"), f"filer {filer.name}", filer.address
    for index, ensemble in enumerate(stack.ensembles):
        for at, server in enumerate(ensemble.servers):
            path: KeyPath = ("ensembles", index, "servers", at, "address")
            yield path, f"a server of the ensemble {ensemble.name}", server.address
    yield from _servers(stack)


def _servers(stack: Stack) -> Iterator[tuple[KeyPath, str, IPv4Address]]:
    """Machines that stand beside the cluster."""
    for index, system in enumerate(stack.delivery):
        yield ("delivery", index, "address"), system.name, system.address
    harbor = stack.registry.harbor
    for index, machine in enumerate(harbor.servers if harbor else ()):
        path: KeyPath = ("registry", "harbor", "servers", index, "address")
        yield path, f"Harbor's node {machine.name}", machine.address
    external = stack.registry.external
    for index, machine in enumerate(external.servers if external else ()):
        path = ("registry", "external", "servers", index, "address")
        yield path, f"the registry's machine {machine.name}", machine.address
    servers: set[IPv4Address] = set()
    for index, database in enumerate(stack.databases):
        if database.address not in servers:  # several databases may share a server
            yield ("databases", index, "address"), f"database {database.name}", database.address
        servers.add(database.address)


def _moving(stack: Stack) -> Iterator[tuple[KeyPath, str, IPv4Address]]:
    """Addresses that move between nodes."""
    for index, address in enumerate(stack.egress.addresses):
        yield ("egress", "addresses", index), "an egress address", address
    for index, pool in enumerate(stack.pools):
        for at, moving in enumerate(pool.keepalived.addresses if pool.keepalived else ()):
            path: KeyPath = ("pools", index, "keepalived", "addresses", at, "address")
            yield path, f"a virtual address of the pool {pool.name}", moving.address
