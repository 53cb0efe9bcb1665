"""Environments against each other: nothing of one reaches another undeclared (F6, A1).

Each environment is proved by itself: everything that is open in it, a declared flow needs. Here
every opening of an environment is held against what the others have. From one environment to
another there is one way, a virtual address, and it takes both sides: one declares the way there,
the other one these clients.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

from estate.flows.model import ClientFlow, ConsumerFlow, Flow, MachineFlow
from estate.plan import Plan
from estate.proof.emitted import Place
from estate.proof.engine.ends import End, admitted, reached
from estate.proof.prove import Proof
from estate.proof.readers.ports import Ports, port
from estate.reader.addresses import EVERYBODY
from estate.reader.problems import Problem
from estate.reader.stacks import Environment
from estate.reader.values import Zone
from estate.topics.exposure.plan import VirtualServersPlan
from estate.whole import Whole
from estate.world.addresses import addresses_of, of_other_teams
from estate.world.claims import Claim


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Declared clients among which another environment is: not blocked, a residual risk."""

    declared_by: str
    flow: str
    clients: IPv4Network
    other: Environment
    holds: str
    """What of the other environment is among them."""


@dataclass(frozen=True, kw_only=True)
class Between:
    """What the openings of one environment have to do with the others."""

    environment: Environment
    others: tuple[Environment, ...]
    ends: int
    """How many ends of openings were held against the others' addresses."""
    crossings: tuple[Crossing, ...]
    problems: tuple[Problem, ...]


def between(estate: Whole, environment: Environment, proof: Proof) -> Between:
    """The openings of ``environment``, which ``proof`` is about, against what all others have."""
    views = proof.views.values()
    sources = [end for view in views for end in admitted(view)]
    destinations = [end for view in views for end in reached(view)]
    others = tuple(one for one in estate.environments.all if one != environment)
    declared = _declared_clients(proof)
    problems: list[Problem] = []
    crossings: dict[Crossing, None] = {}
    for other in others:
        theirs = _theirs(estate, other, environment)
        for end in sources:
            if what := theirs.machine(end.network):
                flows = declared.get((end.place, end.network), ())
                crossings |= {_crossing(flow, end, other, what): None for flow in flows}
                problems += [] if flows else [_admits(end, what)]
        for end in destinations:
            what = theirs.anything(end.network)
            if what and not theirs.take(end):
                problems.append(_leads(end, what))
    return Between(
        environment=environment,
        others=others,
        ends=len(sources) + len(destinations),
        crossings=tuple(crossings),
        problems=tuple(dict.fromkeys(placed(environment, problems))),
    )


def placed(environment: Environment, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The same, in the folders of the environment's stacks."""
    for problem in problems:
        file = f"{environment.prefix}{problem.source.file}"
        yield replace(problem, source=replace(problem.source, file=file))


def _admits(end: End, what: str) -> Problem:
    return end.place.problem(
        "reaches-environment",
        f"it lets {end.network} in, and there is {what}",
        "Only declared clients of a virtual address may be of another environment: name them, or "
        "take these addresses out",
    )


def _leads(end: End, what: str) -> Problem:
    ports = ", ".join(str(one) for one in end.ports)
    return end.place.problem(
        "reaches-environment",
        f"it opens the way to {end.network} on {ports}, and there is {what}",
        "What an environment offers to another is a virtual address that names it as client",
    )


def _crossing(flow: Flow, end: End, other: Environment, what: str) -> Crossing:
    return Crossing(
        declared_by=flow.subject, flow=flow.text, clients=end.network, other=other, holds=what
    )


class _Held:
    """Ranges and addresses, found by what overlaps them."""

    def __init__(self, found: Iterable[tuple[IPv4Network, str]]) -> None:
        self._outer: list[tuple[IPv4Network, str]] = []
        for network, what in sorted(found, key=lambda one: one[0]):
            if not (self._outer and network.subnet_of(self._outer[-1][0])):
                self._outer.append((network, what))
        self._first = [network.network_address for network, _ in self._outer]

    def meeting(self, network: IPv4Network) -> str:
        """The first that lies in a network, or around it; empty where nothing does."""
        at = bisect_right(self._first, network.network_address)
        near = self._outer[max(at - 1, 0) : at + 1]
        return next((what for one, what in near if one.overlaps(network)), "")


@dataclass(frozen=True)
class _Theirs:
    """What another environment has."""

    ranges: _Held
    machines: _Held
    servers: _Held
    """Its virtual addresses, and the servers that it alone uses."""
    open_to_us: frozenset[tuple[IPv4Network, Ports]]
    """Its virtual servers that have clients among our addresses."""

    def machine(self, network: IPv4Network) -> str:
        """What of it may connect from there."""
        return self.ranges.meeting(network) or self.machines.meeting(network)

    def anything(self, network: IPv4Network) -> str:
        """What of it is there."""
        return self.machine(network) or self.servers.meeting(network)

    def take(self, end: End) -> bool:
        """Whether it declares clients of ours there, on each of the ports."""
        return all((end.network, one) in self.open_to_us for one in end.ports)


def _theirs(estate: Whole, other: Environment, environment: Environment) -> _Theirs:
    ours = [*addresses_of(estate.loaded[environment])]
    used = {one.key for one in ours}  # a server, or an F5, that both have
    found = [one for one in addresses_of(estate.loaded[other]) if one.key not in used]
    machines = [one for one in found if not of_other_teams(one)]
    offered = [*_offered(estate.derived[other].plans)]
    own = _Held(_named(one) for one in ours if not of_other_teams(one))
    return _Theirs(
        ranges=_Held(_named(one) for one in machines if isinstance(one.key, IPv4Network)),
        machines=_Held(_named(one) for one in machines),
        servers=_Held(
            [
                *((one.network, one.what) for one in offered),
                *(_named(one) for one in found if of_other_teams(one)),
            ]
        ),
        open_to_us=frozenset((one.network, one.ports) for one in offered if one.takes(own)),
    )


def _named(claim: Claim) -> tuple[IPv4Network, str]:
    return IPv4Network(str(claim.key)), f"{claim.what} of {claim.place}"


@dataclass(frozen=True)
class _Offered:
    """A virtual server of another environment."""

    network: IPv4Network
    ports: Ports
    clients: tuple[IPv4Network, ...]
    what: str

    def takes(self, own: _Held) -> bool:
        """Whether it has clients among an environment's addresses."""
        return not self.clients or any(own.meeting(client) for client in self.clients)


def _offered(plans: Mapping[Zone, Plan]) -> Iterator[_Offered]:
    for plan in plans.values():
        for server in plan.of(VirtualServersPlan).virtual_servers:
            yield _Offered(
                IPv4Network(server.address),
                port(server.port, server.protocol),
                server.clients,
                f"the virtual server {server.partition}/{server.name} of {plan.stack}",
            )


def _declared_clients(proof: Proof) -> Mapping[tuple[Place, IPv4Network], list[Flow]]:
    """By what is open for them, and by network: the flows that declare these clients."""
    found: dict[tuple[Place, IPv4Network], list[Flow]] = defaultdict(list)
    for trail in proof.trails:
        for network in _clients(trail.flow):
            for place in trail.used:
                found[place, network].append(trail.flow)
    return found


def _clients(flow: Flow) -> tuple[IPv4Network, ...]:
    match flow:
        case ClientFlow():
            return flow.clients or (EVERYBODY,)
        case MachineFlow():
            return (*(flow.clients or (EVERYBODY,)), *flow.outside)
        case ConsumerFlow():
            return flow.consumers
        case _:
            return ()
