"""Checks of replicas that scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from estate.declarations.catalogue import Catalogue
from estate.declarations.stack import Stack
from estate.reader.problems import Declared, Problem
from estate.reader.values import Zone
from estate.topics.apps.declare.common import ScalingApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.peak import peak
from estate.topics.capacity.plan.pods import pods_of, survives
from estate.topics.capacity.plan.scale import ceiling
from estate.topics.nodes.plan.amounts import spoken
from estate.topics.nodes.plan.model import PoolPlan
from estate.topics.nodes.plan.pods import Pod


def check_scale(catalogue: Catalogue, pools: Mapping[Zone, tuple[PoolPlan, ...]]) -> list[Problem]:
    """A problem for each app that declares no most where it must, or more than its pool carries."""
    problems: list[Problem] = []
    users: dict[tuple[Zone, str], list[Declared[App]]] = {}
    for declared in catalogue.apps:
        if declared.value.state == "active":
            problems += _bounds(declared)
            key = (declared.value.zone, catalogue.pool_of(declared.value))
            users.setdefault(key, []).append(declared)
    for zone, planned in pools.items():
        for pool in planned:
            problems += _above(catalogue.stack(zone), users.get((zone, pool.name), ()), pool)
    return problems


def _bounds(declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    if not isinstance(app, ScalingApp) or not app.scale:
        return
    if app.scale.max is None and app.pool is None:
        yield declared.problem(
            "missing-max",
            ("scale",),
            "the app shares its pool with others, so its highest number of replicas is needed",
            "max: the most replicas; an app with a pool of its own needs none",
        )
    elif app.scale.max is not None and app.scale.max <= app.replicas:
        yield declared.problem(
            "max-below-replicas",
            ("scale", "max"),
            f"at most {app.scale.max} replicas, but 'replicas', the least, is {app.replicas}",
            f"more than {app.replicas}, or no 'scale'",
        )


def _above(stack: Stack, apps: Sequence[Declared[App]], pool: PoolPlan) -> Iterator[Problem]:
    scaled = [one for one in apps if isinstance(one.value, ScalingApp) and one.value.scale]
    if not scaled or not survives(_pods(stack, apps, least=True), pool):
        return  # a pool that is too small at any load has been reported
    if survives(_pods(stack, apps), pool):
        return
    for declared in scaled:
        app = declared.value
        if not isinstance(app, ScalingApp) or not app.scale or not app.scale.max:
            continue
        others = _pods(stack, [one for one in apps if one is not declared])
        most, one = ceiling(stack, app, pool, others), peak(app).pod
        yield declared.problem(
            "max-above-ceiling",
            ("scale", "max"),
            f"{app.scale.max} replicas of {spoken(one)} do not fit pool '{pool.name}' when any "
            f"one of its {len(pool.nodes)} nodes is gone",
            f"at most {most}, beside what else runs there at its own most",
            "Add nodes to the pool, or lower the most of an app in it",
        )


def _pods(stack: Stack, apps: Sequence[Declared[App]], *, least: bool = False) -> list[Pod]:
    found: list[Pod] = []
    for declared in apps:
        most = peak(declared.value)
        found += pods_of(stack, declared.value, most.least if least else most.running)
    return found
