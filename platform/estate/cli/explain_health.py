"""How often an app is checked for its health, by which clients, and how to reduce it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from estate.cli.sentences import counted
from estate.objects.container import ALIVE_SECONDS, READY_SECONDS
from estate.plan import Plan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.exposure.plan.health_load import OFTEN, HealthLoad, for_a_pod, health_loads
from estate.topics.nodes.plan import NodesPlan

_LONGEST = 60
"""The longest interval that ``vip.interval`` takes."""


def asked(plan: Plan, app: AppPlan) -> Iterator[str]:
    """The kubelets' questions and the load balancer's, with the arithmetic."""
    if not app.running or not app.port:
        return
    ready, alive = app.health or "that its port accepts", app.liveness or "that its port accepts"
    yield (
        f"Kubelets, each pod: every {READY_SECONDS} seconds whether it is ready ({ready}), every "
        f"{ALIVE_SECONDS} seconds whether it lives ({alive})."
    )
    if app.exposure is None:
        return
    balancer = plan.of(ExposurePlan).load_balancer
    loads = health_loads(app.exposure, len(balancer.sources), app.replicas)
    for load in loads:
        yield (
            f"{balancer.name}: {counted(load.members, 'node')} for {app.health} every "
            f"{load.interval} seconds, by {counted(load.askers, 'unit')}: "
            f"{load.questions:.1f} requests a second; {load.answers:.1f} reach "
            f"{counted(app.replicas, 'pod')}."
        )
    found = for_a_pod(loads, app.replicas)
    if found > OFTEN:
        yield (
            f"That is {found:.1f} a second for each pod, more than {OFTEN}. "
            f"{'; '.join(_less(plan, app, loads))}."
        )


def _less(plan: Plan, app: AppPlan, loads: tuple[HealthLoad, ...]) -> Iterator[str]:
    (pool,) = (pool for pool in plan.of(NodesPlan).pools if pool.name == app.pool)
    if pool.app == app.name:
        nodes = len(pool.nodes)
        fewer = [
            replace(load, members=nodes, answering=min(load.answering, nodes)) for load in loads
        ]
        yield f"With vip.members: pool it is {for_a_pod(fewer, app.replicas):.1f}"
    later = [replace(load, interval=_LONGEST) for load in loads]
    yield f"With vip.interval: {_LONGEST} it is {for_a_pod(later, app.replicas):.1f}"
