"""The universe of the proof, which is finite, and what becomes of every triple in it.

Sources: each class of pods, of each namespace one pod that nobody declared, and every range of
addresses that anything emitted or declared tells apart, so also one outside. Destinations: the
same. Ports: each one that anything listens on, and one undeclared. Every triple of them is
declared, or blocked by an artefact that has a name, or blocked by an assumption only, or a named
residual risk; anything else is a problem.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from estate.proof.emitted import Place
from estate.proof.engine.trail import Need
from estate.proof.engine.view import View
from estate.proof.readers.addresses import members
from estate.proof.readers.firewall_rows import Row
from estate.proof.readers.ports import PROTOCOLS, Ports, pieces, port
from estate.proof.readers.strict import named
from estate.reader.problems import Problem

Kind = Literal["declared", "blocked", "assumed", "residual", "open"]


@dataclass(frozen=True)
class Verdict:
    """What becomes of some sources, for one destination and some ports."""

    destination: int
    ports: Ports
    sources: int
    kind: Kind
    by: str
    """The artefact that blocks, or the id of the assumption or risk."""


class Universe:
    """One zone's triples, judged a row at a time."""

    def __init__(
        self,
        view: View,
        needs: Iterable[Need],
        rows: Iterable[Row],
        foreign: Iterable[IPv4Network],
    ) -> None:
        """``rows`` are those of both zones, ``foreign`` what stands behind a firewall."""
        self.view = view
        self._needs: dict[int, list[Need]] = defaultdict(list)
        for need in needs:
            self._needs[need.destination].append(need)
        matrix = view.matrix
        facts = view.facts
        own = [facts.nodes, *([facts.tunnels] if facts.tunnels else [])]
        self._own_nodes = view.addresses(own)
        self._given = self._of_origin("given")
        self._virtual_addresses = view.addresses(facts.virtual)
        self._host = sum(1 << number for number, pod in enumerate(matrix.pods) if pod.host_network)
        self._virtual: dict[int, list[tuple[Ports, Place, int]]] = defaultdict(list)
        for server in view.servers:
            number = len(matrix.pods) + matrix.space.holding(server.address)
            accepted = view.addresses(network for _, network in server.clients)
            self._virtual[number].append(
                (port(server.port, server.protocol), server.place, accepted)
            )
        self._foreign = view.addresses(foreign)
        self._rows: dict[int, list[tuple[int, Ports]]] = defaultdict(list)
        for row in rows:
            carries = row.ports.protocol in PROTOCOLS  # VRRP reaches no pod
            if not carries or not self._foreign & view.addresses([row.destination]):
                continue
            sources = view.addresses([row.source])
            for number in members(view.addresses([row.destination])):
                self._rows[number].append((sources, row.ports))
        self._held_out = self._by_policy()
        self.ports = self._listening()
        self._numbers = {
            protocol: sorted(ports.first for ports in self.ports if ports.protocol == protocol)
            for protocol in PROTOCOLS
        }

    def _by_policy(self) -> dict[str, int]:
        """Pods by the name of the policy that first closes their way out, each in its namespace."""
        found: dict[str, int] = defaultdict(int)
        for number, places in self.view.matrix.isolated_out.items():
            policy = places[0].item.partition("/")[2]
            found[f"NetworkPolicy {policy} of the source's namespace"] |= 1 << number
        return found

    def _of_origin(self, origin: str) -> int:
        pods = self.view.matrix.pods
        return sum(1 << number for number, pod in enumerate(pods) if pod.origin == origin)

    def _listening(self) -> tuple[Ports, ...]:
        found = {one for pods in self.view.matrix.pods for one in (*pods.listening, *pods.held)}
        found |= {*self.view.by_node_port}
        found |= {ports for _, ports in self.view.by_address}
        for needs in self._needs.values():
            found |= {need.ports for need in needs if need.ports.first == need.ports.last}
        taken = {one.first for one in found}
        undeclared = next(number for number in range(1024, 65536) if number not in taken)
        return (*sorted(found), port(undeclared))

    @property
    def size(self) -> int:
        """How many triples there are."""
        ends = len(self.view.matrix.pods) + len(self.view.matrix.space)
        return ends * ends * len(self.ports)

    def counts(self) -> Counter[tuple[Kind, str]]:
        """How many triples have which verdict, by what is named for it."""
        found: Counter[tuple[Kind, str]] = Counter()
        for verdict in self.verdicts():
            inside = self._inside(verdict.ports)
            found[verdict.kind, verdict.by] += inside * verdict.sources.bit_count()
        return found

    def _inside(self, ports: Ports) -> int:
        """How many ports of the universe are among them."""
        known = self._numbers[ports.protocol]
        return bisect_right(known, ports.last) - bisect_left(known, ports.first)

    def undeclared(self) -> Iterator[Problem]:
        """A problem for each row of which nothing blocks a source: the net under all else."""
        matrix = self.view.matrix
        for verdict in self.verdicts():
            if verdict.kind == "open":
                names = named(matrix.name(member) for member in members(verdict.sources))
                place = Place(f"{self.view.zone}/manifests", matrix.name(verdict.destination))
                yield place.problem(
                    "nothing-blocks",
                    f"nothing blocks {names} on {verdict.ports}, and no flow declares it",
                    "A policy of either end has to close it, or a declaration to ask for it",
                )

    def verdicts(self) -> Iterator[Verdict]:
        """All of it, row by row."""
        matrix = self.view.matrix
        for destination in range(len(matrix.pods) + len(matrix.space)):
            for ports in self._pieces(destination):
                yield from self.row(destination, ports)

    def _pieces(self, destination: int) -> list[Ports]:
        matrix = self.view.matrix
        ranges = [need.ports for need in self._needs.get(destination, ())]
        for opening in (*matrix.into.get(destination, ()), *matrix.out_to.get(destination, ())):
            ranges += opening.ports
        ranges += [ports for ports, _, _ in self._virtual.get(destination, ())]
        ranges += [ports for _, ports in self._rows.get(destination, ())]
        return [piece for piece in pieces(ranges) if self._inside(piece)]

    def row(self, destination: int, ports: Ports) -> Iterator[Verdict]:
        """Every source of one destination; ``ports`` are such that nothing tells them apart."""
        left = self.view.matrix.everything
        for sources, kind, by in self._judged(destination, ports):
            if found := sources & left:
                yield Verdict(destination, ports, found, kind, by)
                left &= ~found
        if left:
            yield Verdict(destination, ports, left, "open", "nothing")

    def _judged(self, destination: int, ports: Ports) -> Iterator[tuple[int, Kind, str]]:
        matrix = self.view.matrix
        is_pod = destination < len(matrix.pods)
        to_host = is_pod and matrix.pods[destination].host_network
        yield self._host, "residual", "host-network"
        outward = matrix.lets_out(destination, ports)
        inward = matrix.lets_in(destination, ports) if is_pod else matrix.everything
        declared = 0
        for need in self._needs.get(destination, ()):
            if need.ports.holds(ports):
                declared |= need.sources
        yield declared & inward & outward, "declared", ""
        if to_host:
            yield matrix.everything & outward, "residual", "host-network"
        yield self._given, "assumed", "cluster-dns"
        if is_pod:
            yield self._own_nodes, "residual", "from-a-node"
            if places := matrix.isolated_in.get(destination):
                yield matrix.everything & ~inward, "blocked", str(places[0])
        for name, held in self._held_out.items():
            yield held & ~outward, "blocked", name
        if is_pod:
            yield matrix.addresses, "assumed", "pod-network"
        else:
            yield from self._devices(destination, ports)

    def _devices(self, destination: int, ports: Ports) -> Iterator[tuple[int, Kind, str]]:
        """From an address to an address, which no policy sees."""
        view, matrix = self.view, self.view.matrix
        here = 1 << destination
        facts, everybody = view.facts, matrix.addresses
        for sources, allowed in self._rows.get(destination, ()):
            if allowed.holds(ports):
                yield sources, "residual", "shared-address"
        away = self._foreign if not here & self._foreign else everybody & ~self._foreign
        yield away, "assumed", "firewall-denies"
        for taken, place, accepted in self._virtual.get(destination, ()):
            if taken.holds(ports):
                yield accepted, "declared", ""
                yield everybody, "blocked", str(place)
        if here & self._virtual_addresses:
            yield everybody, "assumed", "f5-answers"
        yield self._own_nodes, "residual", "from-a-node"
        if here & self._own_nodes:
            yield everybody, "assumed", "node-network"
        if here & view.addresses([facts.pods, facts.services]):
            yield everybody, "assumed", "pod-network"
        yield everybody, "assumed", "in-front"
