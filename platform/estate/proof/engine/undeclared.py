"""What must not be: anything open that no declared flow needs, on either side of a connection.

One closed side would be enough to block a connection, and both are asked for: then a mistake on
the one side still meets the other, and shows here at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from estate.proof.emitted import Place
from estate.proof.engine.trail import Need
from estate.proof.engine.view import View
from estate.proof.readers.addresses import members
from estate.proof.readers.matrix import Opening
from estate.proof.readers.ports import Ports, pieces
from estate.proof.readers.strict import named
from estate.reader.problems import Problem


@dataclass
class _Excess:
    example: str
    both: bool
    """The other side is open, too."""
    more: int = 0


@dataclass
class Closed:
    """What one zone's policies leave open beyond the flows."""

    view: View
    problems: list[Problem] = field(default_factory=list[Problem])
    _excess: dict[Place, _Excess] = field(default_factory=dict[Place, "_Excess"])

    def policies(self, needs: Iterable[Need]) -> None:
        """Every row of the matrix against what the flows need of it."""
        wanted: dict[int, list[Need]] = defaultdict(list)
        for need in needs:
            wanted[need.destination].append(need)
        matrix = self.view.matrix
        for destination in range(len(matrix.pods) + len(matrix.space)):
            ins = matrix.into.get(destination, [])
            outs = matrix.out_to.get(destination, [])
            self._row(destination, ins, outs, wanted.get(destination, []))
        for place, one in self._excess.items():
            what = "a way that no flow declares" if one.both else "more than any flow declares"
            rest = f", and {one.more} more" if one.more else ""
            self.problems.append(
                place.problem(
                    "undeclared-way" if one.both else "opens-too-much",
                    f"opens {what}: {one.example}{rest}",
                    "Take it out, or declare the flow that needs it (connects_to, vip, databases)",
                )
            )
        self._isolation()
        for place in matrix.nobody:
            self.problems.append(
                place.problem(
                    "selects-nobody",
                    "it selects no pod and no address that exists",
                    "Correct its labels, or take it out: it would open a connection for every "
                    "pod that gets these labels",
                )
            )

    def _row(
        self, destination: int, ins: list[Opening], outs: list[Opening], wanted: list[Need]
    ) -> None:
        ranges = [port for opening in (*ins, *outs) for port in opening.ports]
        for piece in pieces([*ranges, *(need.ports for need in wanted)]) if ranges else ():
            declared = 0
            for need in wanted:
                if need.ports.holds(piece):
                    declared |= need.sources
            for opening in ins:
                if opening.sources & ~declared and opening.lets(piece):
                    other = self.view.matrix.lets_out(destination, piece)
                    self._too_much(opening, opening.sources & ~declared, destination, piece, other)
            for opening in outs:
                if opening.sources & ~declared and opening.lets(piece):
                    other = self._lets_in(destination, piece)
                    self._too_much(opening, opening.sources & ~declared, destination, piece, other)

    def _lets_in(self, destination: int, ports: Ports) -> int:
        matrix = self.view.matrix
        if destination < len(matrix.pods):
            return matrix.lets_in(destination, ports)
        return matrix.everything

    def _too_much(
        self, opening: Opening, sources: int, destination: int, ports: Ports, other: int
    ) -> None:
        both = bool(sources & other)
        found = self._excess.get(opening.rule)
        if found is not None and (found.both or not both):
            found.more += 1
            return
        matrix = self.view.matrix
        names = named(matrix.name(member) for member in members((sources & other) or sources))
        example = f"{names} to {matrix.name(destination)} on {ports}"
        self._excess[opening.rule] = _Excess(example, both, found.more + 1 if found else 0)

    def _isolation(self) -> None:
        """Each pod is held in both directions by a policy that opens nothing (C3)."""
        denying = {
            "in": {policy.place for policy in self.view.policies if policy.ingress == ()},
            "out": {policy.place for policy in self.view.policies if policy.egress == ()},
        }
        matrix = self.view.matrix
        for number, pod in enumerate(matrix.pods):
            if pod.host_network or pod.origin == "given":
                continue
            for way, isolated in (("in", matrix.isolated_in), ("out", matrix.isolated_out)):
                if denying[way].isdisjoint(isolated.get(number, ())):
                    self.problems.append(
                        pod.place.problem(
                            "not-held",
                            f"no policy of namespace '{pod.namespace}' closes what goes {way} "
                            f"for {pod.full_name}: only rules that open something hold it",
                            "The namespace needs a policy that selects every pod, isolates "
                            "in both directions and has no rule",
                        )
                    )


def openings(view: View) -> Iterator[tuple[Place, str]]:
    """All that is open beside policies, each with what it is."""
    yield from _on_balancers(view)
    yield from _on_nodes(view)
    yield from _beyond(view)
    for row in view.rows:
        yield row.place, f"{row.source} to {row.destination} on {row.ports} through {row.firewall}"
    for export in view.exports:
        yield export.place, f"{export.directory} for {export.client}"
    for one in view.published:
        yield one.place, f"{one.host}{one.path} by a router"
    for listener in view.gateways:
        yield listener.place, f"a listener on {listener.port} of Gateway {listener.of}"
        for namespace in listener.namespaces:
            yield listener.lets(namespace), f"the listener for HTTPRoutes of {namespace}"
    for redirect in view.redirects:
        yield redirect.place, f"HTTPS on {redirect.port} in place of HTTP"
    for route in view.routes:
        yield route.place, f"a route from {route.network} by {route.hop}"


def _on_balancers(view: View) -> Iterator[tuple[Place, str]]:
    for server in view.servers:
        yield server.place, f"a virtual server on {server.address}:{server.port}"
        for place, network in server.clients:
            yield place, f"clients from {network}"
        for member in server.members:
            yield member.place, f"a member {member.address}:{member.port}"
        for member in server.logs_to:
            yield member.place, f"lines to {member.address}:{member.port}"
    for (pair, address), hosts in view.holders.items():
        for place in hosts.values():
            yield place, f"{address} on a host of {pair}"


def _on_nodes(view: View) -> Iterator[tuple[Place, str]]:
    for service in view.services:
        yield service.place, f"port {service.port} of Service {service.service}"
        if service.node_port:
            yield service.place.at("nodePort"), f"node port {service.node_port} on every node"
    for pod in view.matrix.pods:
        for held in pod.held:
            yield pod.place.at(f"hostPort {held.first}"), f"{held} on its node"


def _beyond(view: View) -> Iterator[tuple[Place, str]]:
    for endpoint in view.endpoints:
        yield (
            endpoint.place,
            f"{endpoint.address}:{endpoint.port} behind Service {endpoint.service}",
        )
    for (_, name), alias in view.aliases.items():
        yield alias.place, f"{alias.host} by the name {name}"
    for listener in view.listeners:
        yield listener.place, f"{listener.address}:{listener.port} from port {listener.bind}"
    for egress in view.egress_addresses:
        yield egress.place, f"the address {egress.address} to leave by"


def unused(view: View, used: set[Place]) -> Iterator[Problem]:
    """A problem for each opening that no declared flow goes through."""
    for place, what in openings(view):
        if place not in used:
            yield place.problem(
                "undeclared-opening",
                f"{what} is open, and no declared flow needs it",
                "Take it out, or declare the flow that needs it",
            )
