"""Both ends of everything that is open in a zone: the addresses that get in, and those reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from estate.proof.emitted import Place
from estate.proof.engine.view import View
from estate.proof.readers.network_policies import IpBlock, Policy, Rule, ranges
from estate.proof.readers.ports import EVERY, Ports, port
from estate.reader.addresses import EVERYBODY


@dataclass(frozen=True)
class End:
    """One end of something that is open, and where that stands."""

    place: Place
    network: IPv4Network
    ports: tuple[Ports, ...] = EVERY
    """Of an end that is reached: on which ports."""


def admitted(view: View) -> Iterator[End]:
    """The addresses that get in somewhere."""
    for row in view.rows:
        yield End(row.place, row.source)
    for server in view.servers:
        for place, network in server.clients:
            yield End(place, network)
    for export in view.exports:
        yield End(export.place, IPv4Network(export.client))
    for route in view.routes:
        yield End(route.place, route.network)
    for policy in view.policies:
        yield from _peers(policy, "ingress", "from", policy.ingress or ())


def reached(view: View) -> Iterator[End]:
    """The addresses at the far end of an opening."""
    for row in view.rows:
        yield End(row.place, row.destination, (row.ports,))
    for server in view.servers:
        for member in (*server.members, *server.logs_to):
            yield _to(member.place, member.address, member.port)
    for route in view.routes:
        yield End(route.place, route.prefix)
        yield End(route.place, IPv4Network(route.hop))
    for endpoint in view.endpoints:
        yield _to(endpoint.place, endpoint.address, endpoint.port)
    for listener in view.listeners:
        yield _to(listener.place, listener.address, listener.port)
    for policy in view.policies:
        yield from _peers(policy, "egress", "to", policy.egress or ())


def _to(place: Place, address: IPv4Address, number: int) -> End:
    return End(place, IPv4Network(address), (port(number),))


def _peers(policy: Policy, way: str, side: str, rules: Iterable[Rule]) -> Iterator[End]:
    """Address blocks, and rules without peers, which are for everybody."""
    for index, rule in enumerate(rules):
        ports = ranges(rule) or EVERY
        place = policy.place.at(f"{way}[{index}]")
        if not rule.peers:
            yield End(place, EVERYBODY, ports)
        for number, peer in enumerate(rule.peers):
            if peer.ipBlock:
                at = Place(place.file, f"{place.item}.{side}[{number}]")
                yield from (End(at, network, ports) for network in _parts(peer.ipBlock))


def _parts(block: IpBlock) -> list[IPv4Network]:
    """What is left of a block without its exceptions."""
    left = [block.cidr]
    for hole in block.without:
        left = [part for one in left for part in _around(one, hole)]
    return left


def _around(network: IPv4Network, hole: IPv4Network) -> Iterable[IPv4Network]:
    if network.subnet_of(hole):
        return ()
    return network.address_exclude(hole) if hole.subnet_of(network) else (network,)
