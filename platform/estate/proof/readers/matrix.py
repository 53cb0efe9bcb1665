"""Who may connect to which pod or address on which port, as all policies of a zone together say.

Sources are bits of a number: first each class of pods, then each range of addresses. So a row of
the matrix, all sources of one destination and port, is a few operations on numbers, and the
matrix is never an all-pairs search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from estate.proof.emitted import Place
from estate.proof.readers.addresses import Space, members
from estate.proof.readers.network_policies import EgressRule, IpBlock, Peer, Policy, Rule, ranges
from estate.proof.readers.pods import Pods
from estate.proof.readers.ports import EVERY, Ports, Protocol
from estate.proof.readers.selectors import Labelled, Selector

NAMESPACE = "kubernetes.io/metadata.name"
"""The label that the API server itself gives to every namespace."""


@dataclass(frozen=True)
class Opening:
    """What one rule lets through to one destination."""

    sources: int
    ports: tuple[Ports, ...]
    rule: Place

    def lets(self, ports: Ports) -> bool:
        """Whether it is open for all of ``ports``."""
        return any(port.holds(ports) for port in self.ports)


class Matrix:
    """The policies of one zone, indexed by what they select."""

    def __init__(
        self,
        pods: Sequence[Pods],
        namespaces: dict[str, dict[str, str]],
        space: Space,
        policies: Iterable[Policy],
    ) -> None:
        self.pods = pods
        self.space = space
        self._namespaces = [*namespaces]
        self._by_namespace = Labelled([{**of, NAMESPACE: ns} for ns, of in namespaces.items()])
        self.by_hand = sum(pod.any_labels << number for number, pod in enumerate(pods))
        self.promised = sum((pod.origin == "promised") << i for i, pod in enumerate(pods))
        self._by_labels = Labelled([pod.labels for pod in pods], self.by_hand)
        self._in_namespace: dict[str, int] = defaultdict(int)
        self._on_host = 0
        for number, pod in enumerate(pods):
            self._in_namespace[pod.namespace] |= 1 << number
            self._on_host |= pod.host_network << number
        self.all_pods = (1 << len(pods)) - 1
        self.everything = (1 << len(pods) + len(space)) - 1
        self.addresses = self.everything & ~self.all_pods
        self.isolated_in: dict[int, list[Place]] = defaultdict(list)
        self.isolated_out: dict[int, list[Place]] = defaultdict(list)
        self._held_out = 0
        self.into: dict[int, list[Opening]] = defaultdict(list)
        """By pod: what ingress rules let in."""
        self.out_to: dict[int, list[Opening]] = defaultdict(list)
        """By destination, pod or range of addresses: what egress rules let out to it."""
        self.nobody: list[Place] = []
        """Rules and policies that select nothing at all."""
        for policy in policies:
            self._add(policy)

    def address_bits(self, addresses: int) -> int:
        """Ranges of the address space as sources or destinations."""
        return addresses << len(self.pods)

    def selected(self, namespace: str, selector: Selector) -> int:
        """Pods of a namespace; none that uses its node's network, which no policy holds."""
        found = self._in_namespace.get(namespace, 0) & self._by_labels.matching(selector)
        return found & ~self._on_host

    def picked(self, namespaces: Selector, pods: Selector) -> int:
        """The pods that both selectors choose."""
        return self._peer("", Peer(namespaceSelector=namespaces, podSelector=pods))

    def in_namespace(self, namespace: str) -> int:
        """All pods of a namespace that policies hold."""
        return self._in_namespace.get(namespace, 0) & ~self._on_host

    def name(self, number: int) -> str:
        """A source or destination, as people know it."""
        if number < len(self.pods):
            return self.pods[number].full_name
        return self.space.name(number - len(self.pods))

    def lets_in(self, pod: int, ports: Ports) -> int:
        """The sources that a pod accepts connections from."""
        if pod not in self.isolated_in:
            return self.everything
        found = 0
        for opening in self.into.get(pod, ()):
            if opening.lets(ports):
                found |= opening.sources
        return found

    def lets_out(self, destination: int, ports: Ports) -> int:
        """The sources whose own policies let them connect there; addresses have none."""
        found = self.everything & ~self._held_out
        for opening in self.out_to.get(destination, ()):
            if opening.lets(ports):
                found |= opening.sources
        return found

    def _add(self, policy: Policy) -> None:
        subjects = self.selected(policy.namespace, policy.pods)
        if not subjects & ~self.by_hand:
            self.nobody.append(policy.place)
        if policy.ingress is not None:
            for pod in members(subjects):
                self.isolated_in[pod].append(policy.place)
            for index, rule in enumerate(policy.ingress):
                for place, peers in self._peers(policy, "ingress", "from", index, rule):
                    self._open_in(subjects, peers, rule, place)
        if policy.egress is not None:
            self._held_out |= subjects
            for pod in members(subjects):
                self.isolated_out[pod].append(policy.place)
            for index, rule in enumerate(policy.egress):
                for place, peers in self._peers(policy, "egress", "to", index, rule):
                    self._open_out(subjects, peers, rule, place)

    def _peers(
        self, policy: Policy, way: str, side: str, index: int, rule: Rule
    ) -> Iterator[tuple[Place, int]]:
        place = policy.place.at(f"{way}[{index}]")
        if not rule.peers:
            yield place, self.everything
        for number, peer in enumerate(rule.peers):
            at = Place(place.file, f"{place.item}.{side}[{number}]")
            found = self._peer(policy.namespace, peer)
            if not found & ~self.by_hand:
                self.nobody.append(at)
            yield at, found

    def _open_in(self, subjects: int, sources: int, rule: Rule, place: Place) -> None:
        for pod in members(subjects):
            self.into[pod].append(Opening(sources, self._ports(rule, pod), place))

    def _open_out(self, subjects: int, destinations: int, rule: EgressRule, place: Place) -> None:
        same = ranges(rule)
        for number in members(destinations):
            ports = same if same is not None else self._ports(rule, number)
            self.out_to[number].append(Opening(subjects, ports, place))

    def _peer(self, namespace: str, peer: Peer) -> int:
        if peer.ipBlock is not None:
            return self.address_bits(_addresses(self.space, peer.ipBlock))
        if peer.namespaceSelector is None:
            within = self._in_namespace.get(namespace, 0)
        else:
            within = 0
            for number in members(self._by_namespace.matching(peer.namespaceSelector)):
                within |= self._in_namespace.get(self._namespaces[number], 0)
        pods = self._by_labels.matching(peer.podSelector or Selector())
        return within & pods & ~self._on_host

    def _ports(self, rule: Rule, destination: int) -> tuple[Ports, ...]:
        """With names as the destination's containers give them; an unknown name opens nothing."""
        if (same := ranges(rule)) is not None:
            return same
        named: Mapping[str, Ports] = {}
        if destination < len(self.pods):
            named = self.pods[destination].named
        found: list[Ports] = []
        for port in rule.ports:
            if isinstance(port.port, str):
                of_name = named.get(port.port)
                if of_name and of_name.protocol == port.protocol:
                    found.append(of_name)
            else:
                found.append(port.range())
        return tuple(found)


def _addresses(space: Space, block: IpBlock) -> int:
    return space.bits(block.cidr) & ~space.union(block.without)


def networks(policies: Iterable[Policy]) -> Iterator[IpBlock]:
    """Every address block that a policy names."""
    for policy in policies:
        for rule in (*(policy.ingress or ()), *(policy.egress or ())):
            yield from (peer.ipBlock for peer in rule.peers if peer.ipBlock)


__all__ = ["EVERY", "Matrix", "Opening", "Protocol", "networks"]
