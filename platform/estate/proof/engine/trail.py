"""Follows one declared flow, hop by hop, and writes down what each hop rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from estate.flows.model import Flow
from estate.flows.pods import PodGroup
from estate.proof.emitted import Place
from estate.proof.engine.view import View
from estate.proof.readers.addresses import members
from estate.proof.readers.ports import Ports
from estate.proof.readers.strict import named
from estate.reader.problems import Problem


@dataclass(frozen=True)
class Hop:
    """One step of a connection, and the artefacts that it rests on."""

    text: str
    rests_on: tuple[Place, ...] = ()
    assumed: tuple[str, ...] = ()
    """Ids of assumptions."""


@dataclass(frozen=True)
class Need:
    """What policies of a zone have to let through for a flow, and need let through no more."""

    destination: int
    ports: Ports
    sources: int


@dataclass
class Trail:
    """A flow's way so far."""

    flow: Flow
    view: View
    hops: list[Hop] = field(default_factory=list[Hop])
    problems: list[Problem] = field(default_factory=list[Problem])
    needs: list[Need] = field(default_factory=list[Need])
    used: set[Place] = field(default_factory=set[Place])
    """What is open because of this flow."""
    carriers: list[Carrier] = field(default_factory=list["Carrier"])
    left_as: tuple[tuple[str, IPv4Address | None], ...] = ()
    """What the connection comes from outside of its cluster, by name."""

    def hop(self, text: str, *places: Place, assumed: tuple[str, ...] = ()) -> None:
        """One step further."""
        self.hops.append(Hop(text, places, assumed))
        self.used |= {*places}

    def broken(self, place: Place, found: str, hint: str) -> None:
        """Here the declared flow ends."""
        text = f"{self.flow.subject}: {found} ({self.flow.text})"
        self.problems.append(place.problem("flow-broken", text, hint))

    def pods(self, group: PodGroup) -> int:
        """The pods of a group; a problem where nothing emitted runs them."""
        found = self.view.find(group)
        if not found & ~self.view.matrix.by_hand:
            place = Place(f"{self.view.zone}/manifests", f"pods of {group.name}")
            labels = ", ".join(f"{key}={value}" for key, value in group.labels)
            self.broken(
                place,
                f"no pod in namespace '{group.namespace}' is labelled {labels}",
                "The template of its workload has to carry these labels",
            )
        return found

    def admitted(self, sources: int, destination: int, ports: Ports) -> None:
        """The policies of both ends let the sources through."""
        matrix = self.view.matrix
        self.needs.append(Need(destination, ports, sources))
        if matrix.by_hand >> destination & 1:
            return  # what is let through for its labels' sake, and nobody needs
        sources &= ~matrix.by_hand
        places: list[Place] = []
        is_pod = destination < len(matrix.pods)
        where = f"{matrix.name(destination)} on {ports}"
        if is_pod:
            if missing := sources & ~matrix.lets_in(destination, ports):
                self.broken(
                    _first(matrix.isolated_in[destination], matrix.pods[destination].place),
                    f"{where} takes no connection from {self._names(missing)}",
                    "An ingress rule of a policy that selects these pods has to name the source "
                    "and the port",
                )
            places += [
                opening.rule
                for opening in matrix.into.get(destination, ())
                if opening.sources & sources and opening.lets(ports)
            ]
        judged = sources & matrix.all_pods & ~matrix.promised
        if missing := judged & ~matrix.lets_out(destination, ports):
            first = next(iter(members(missing)))
            self.broken(
                _first(matrix.isolated_out[first], matrix.pods[first].place),
                f"{self._names(missing)} may not connect to {where}",
                "An egress rule of a policy that selects these pods has to name the destination "
                "and the port",
            )
        places += [
            opening.rule
            for opening in matrix.out_to.get(destination, ())
            if opening.sources & sources and opening.lets(ports)
        ]
        places = list(dict.fromkeys(places))
        self.hop(f"policies let it through to {where}", *places, assumed=("policies-enforced",))

    def carried(
        self, what: str, nodes: Iterable[str], *, alone: Iterable[str] = (), again: bool = False
    ) -> None:
        """The flow goes over one of ``nodes``, of which any will do.

        On ``alone`` it may have all that it needs, so that any of them takes it along; ``again``
        is whether that starts anew on another node then.
        """
        self.carriers.append(Carrier(what, tuple(nodes), tuple(alone), again))

    def _names(self, bits: int) -> str:
        return named(self.view.matrix.name(number) for number in members(bits))


@dataclass(frozen=True)
class Carrier:
    """What a flow needs of nodes."""

    what: str
    nodes: tuple[str, ...]
    """One of these will do."""
    alone: tuple[str, ...]
    """Or, where each of these may have all of it: the flow stops with any of them."""
    again: bool
    """It starts anew on another node."""


def _first(places: list[Place], otherwise: Place) -> Place:
    return places[0] if places else otherwise
