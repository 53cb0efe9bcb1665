"""The proof: every declared flow is complete, and nothing else is open (F6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from estate.composition import compose
from estate.declarations.load import Loaded
from estate.flows.model import (
    CallFlow,
    ClientFlow,
    ClusterFlow,
    ConsumerFlow,
    DeviceFlow,
    FloatingFlow,
    Flow,
    MachineFlow,
    MachineMountFlow,
    MountFlow,
    NameFlow,
    NeighbourFlow,
    NodeFlow,
    OutFlow,
    ProbeFlow,
    PullFlow,
    RouteFlow,
    ServedFlow,
    ServerFlow,
)
from estate.plan import Plan
from estate.proof.emitted import Emitted, Place, emitted
from estate.proof.engine.losses import Hit, losses, not_available
from estate.proof.engine.names import OwnedName, check_names, owned_names
from estate.proof.engine.trail import Trail
from estate.proof.engine.undeclared import Closed, unused
from estate.proof.engine.universe import Universe
from estate.proof.engine.view import Facts, View, facts_of, view
from estate.proof.flows.access_logs import follow_device
from estate.proof.flows.calls import (
    follow_call,
    follow_cluster,
    follow_names,
    follow_neighbours,
    follow_probes,
)
from estate.proof.flows.destinations import follow_mount, follow_out
from estate.proof.flows.machines import (
    follow_machine_mount,
    follow_machines,
    follow_pulls,
)
from estate.proof.flows.monitoring import (
    follow_nodes,
    follow_served,
)
from estate.proof.flows.moving_addresses import follow_floating
from estate.proof.flows.node_needs import follow_servers
from estate.proof.flows.other_zone import answered
from estate.proof.flows.routes import follow_route
from estate.proof.flows.virtual_servers import follow_clients, follow_consumers
from estate.proof.readers.firewall_rows import Rows
from estate.reader.problems import Problem
from estate.reader.values import Zone
from estate.table import TOPICS
from estate.topic import Topic
from estate.topics.apps.plan.name_claims import name_claims


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is to be proved: the declared flows, and the addresses that they and the zones have."""

    flows: tuple[Flow, ...]
    facts: Mapping[Zone, Facts]
    names: tuple[OwnedName, ...]
    """Of both zones, by the register."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What came of it."""

    claim: Claim
    views: Mapping[Zone, View]
    trails: tuple[Trail, ...]
    problems: tuple[Problem, ...]

    def universe(self, zone: Zone) -> Universe:
        """Every triple of a zone and what becomes of it."""
        own = self.claim.facts[zone]
        foreign = [*own.foreign]
        for other, facts in self.claim.facts.items():
            if other != zone:
                foreign += [name for name in facts.names if name not in own.names]
        needs = (need for trail in self.trails if trail.view.zone == zone for need in trail.needs)
        rows = [row for one in self.views.values() for row in one.rows]
        return Universe(self.views[zone], needs, rows, foreign)

    @cached_property
    def hits(self) -> list[Hit]:
        """What the loss of each node interrupts."""
        return losses(self.trails)


def claim_of(plans: Mapping[Zone, Plan], loaded: Loaded, topics: Sequence[Topic] = TOPICS) -> Claim:
    """What the declarations say that shall be reached; the only thing taken from them."""
    declared = (
        flow for plan in plans.values() for topic in topics for flow in topic.flows(plan, loaded)
    )
    flows = sorted(declared, key=lambda one: (one.zone, one.subject, type(one).__name__, one.text))
    facts: dict[Zone, Facts] = {
        zone: facts_of(plan, (one for one in flows if one.zone == zone))
        for zone, plan in plans.items()
    }
    names = owned_names(name_claims(loaded.stacks, loaded.apps))
    return Claim(flows=tuple(flows), facts=facts, names=names)


def prove_plans(plans: Mapping[Zone, Plan], loaded: Loaded) -> Proof:
    """The proof over what both zones' plans become."""
    found: dict[Zone, Emitted] = {zone: emitted(compose(plan)) for zone, plan in plans.items()}
    return prove(claim_of(plans, loaded), found)


def prove(claim: Claim, found: Mapping[Zone, Emitted]) -> Proof:
    """Every flow through what is emitted, then everything that is open through the flows."""
    names = {network: name for fact in claim.facts.values() for network, name in fact.names.items()}
    views: dict[Zone, View] = {
        zone: view(one, claim.facts[zone], names) for zone, one in found.items()
    }
    rows = Rows(row for one in views.values() for row in one.rows)
    trails = [follow(flow, views[flow.zone], rows) for flow in claim.flows]
    for trail in trails:
        if isinstance(trail.flow, OutFlow) and trail.flow.answered_in:
            answered(trail, trail.flow, views[trail.flow.answered_in])
    problems = [problem for one in views.values() for problem in one.problems]
    problems += [problem for trail in trails for problem in trail.problems]
    used: set[Place] = set()
    for trail in trails:
        used |= trail.used
    for zone, one in views.items():
        closed = Closed(one)
        closed.policies(need for trail in trails if trail.view.zone == zone for need in trail.needs)
        problems += closed.problems
        problems += unused(one, used)
    problems += not_available(trails)
    problems += check_names(claim.names, found, views)
    proof = Proof(claim=claim, views=views, trails=tuple(trails), problems=())
    for zone in views:
        problems += proof.universe(zone).undeclared()
    ordered = sorted({*problems}, key=lambda one: (one.source, one.code, one.key_path, one.found))
    return replace(proof, problems=tuple(ordered))


def follow(flow: Flow, where: View, rows: Rows) -> Trail:
    """One flow, hop by hop."""
    trail = Trail(flow, where)
    kind = type(flow)
    if kind in _CROSSING:
        _CROSSING[kind](trail, flow, rows)
    else:
        _FOLLOWED[kind](trail, flow)
    return trail


_CROSSING: Mapping[type[Flow], Callable[..., None]] = {
    ClientFlow: follow_clients,
    MachineFlow: follow_machines,
    MountFlow: follow_mount,
    OutFlow: follow_out,
    ServerFlow: follow_servers,
    DeviceFlow: follow_device,
}
"""Those that may cross a firewall."""

_FOLLOWED: Mapping[type[Flow], Callable[..., None]] = {
    CallFlow: follow_call,
    ConsumerFlow: follow_consumers,
    FloatingFlow: follow_floating,
    MachineMountFlow: follow_machine_mount,
    ClusterFlow: follow_cluster,
    NameFlow: follow_names,
    NeighbourFlow: follow_neighbours,
    ProbeFlow: follow_probes,
    RouteFlow: follow_route,
    NodeFlow: follow_nodes,
    PullFlow: follow_pulls,
    ServedFlow: follow_served,
}
"""All others."""
