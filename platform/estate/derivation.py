"""derive(loaded): every problem that shows only with all declarations in view, else the plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from estate.declarations.load import IMAGES, Loaded
from estate.declarations.references import resolve
from estate.declarations.stack import Stack
from estate.plan import Plan
from estate.reader.problems import Problem
from estate.reader.values import ZONES, Zone
from estate.table import TOPICS
from estate.topic import Given, Topic
from estate.topics.admission.checks import check_days
from estate.topics.capacity.checks.limits import check_limits
from estate.topics.capacity.plan.scale import ceilings
from estate.topics.capacity.plan.services import service_pods
from estate.topics.exposure.plan import VirtualServersPlan
from estate.topics.firewall.checks import check_orders
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.nodes.plan.pools import plan_pools

_OF_IMAGES = {"no-control-plane-images", "no-platform-image", "unknown-image"}
"""Codes that say an image is missing. Where the file of images could not be read, its own problem
says so, and these are left out."""


@dataclass(frozen=True)
class Derived:
    """The plan of each zone; empty when there is any problem."""

    plans: Mapping[Zone, Plan]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...] = ()
    """What is right today and near a limit."""


def derive(
    loaded: Loaded,
    *,
    allowing: frozenset[str] = frozenset(),
    topics: Sequence[Topic] = TOPICS,
) -> Derived:
    """Both zones' plans from what was declared. Pure: the same declarations, the same plans.

    Problems of the codes in ``allowing`` are not looked at: the plans are those of an estate that
    could not be applied, to be compared with another.
    """
    problems = list(loaded.problems)
    if len(loaded.stacks) < len(ZONES):
        return Derived({}, tuple(problems))
    given, unresolved = survey(loaded, topics)
    problems += unresolved
    for topic in topics:
        for check in topic.checks:
            problems += check(given)
    if IMAGES in loaded.unread:
        problems = [problem for problem in problems if problem.code not in _OF_IMAGES]
    if problems := [problem for problem in problems if problem.code not in allowing]:
        unique = dict.fromkeys(problems)
        return Derived(
            {}, tuple(sorted(unique, key=lambda problem: (problem.source, problem.code)))
        )
    plans: dict[Zone, Plan] = {zone: _plan(given, zone, topics) for zone in ZONES}
    reckoned = check_limits(given.catalogue.stacks, plans)
    if refused := [problem for problem in reckoned.problems if problem.code not in allowing]:
        return Derived(
            {}, tuple(sorted(refused, key=lambda problem: (problem.source, problem.code)))
        )
    return Derived(plans, (), reckoned.notices)


def survey(loaded: Loaded, topics: Sequence[Topic] = TOPICS) -> tuple[Given, tuple[Problem, ...]]:
    """What topics check and derive from, and the references that name nothing. Of all stacks."""
    resolved, unresolved = resolve(loaded)
    pools: dict[Zone, tuple[PoolPlan, ...]] = {
        zone: plan_pools(resolved, zone) for zone in ZONES if _adds_up(resolved.stack(zone))
    }
    catalogue = replace(resolved, ceilings=ceilings(resolved, pools))
    services = (service for topic in topics for service in topic.pods)
    given = Given(
        loaded=loaded,
        catalogue=catalogue,
        pools=pools,
        service_pods=service_pods(services, catalogue, pools),
    )
    return given, tuple(unresolved)


def derive_on(loaded: Loaded, today: date) -> Derived:
    """The same, on a day: what holds no longer, or not yet, is a problem too."""
    derived = derive(loaded)
    ended = check_orders(loaded, derived.plans, today)
    problems = [*derived.problems, *check_days(loaded, today), *ended]
    if not problems:
        return derived
    return Derived({}, tuple(sorted(problems, key=lambda problem: (problem.source, problem.code))))


def _adds_up(stack: Stack) -> bool:
    """Whether each node's size and pool are known: else a pool would seem too small."""
    pools = {pool.name for pool in stack.pools}
    return all(node.size in stack.node_sizes and node.pool in pools for node in stack.nodes)


def _plan(given: Given, zone: Zone, topics: Sequence[Topic]) -> Plan:
    """First what each topic has by itself, then all virtual servers, then what needs those."""
    plan = Plan(
        zone=zone,
        protected=given.catalogue.stack(zone).removal == "protected",
        environment=given.loaded.environment,
    )
    for topic in topics:
        plan = plan.having(topic.derive(given, zone, plan))
    servers = [
        virtual_server
        for topic in topics
        for virtual_server in topic.virtual_servers(given, zone, plan)
    ]
    servers.sort(
        key=lambda virtual_server: (
            virtual_server.partition,
            virtual_server.name,
            virtual_server.protocol,
        )
    )
    plan = plan.having([VirtualServersPlan(virtual_servers=tuple(servers))])
    for topic in topics:
        plan = plan.having(topic.conclude(given, zone, plan))
    return plan
