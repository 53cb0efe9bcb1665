"""How often an app is checked for its health, by which clients, and how to reduce it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from estate.cli.sentences import counted
from estate.objects.container import ALIVE_SECONDS, READY_SECONDS, Probe
from estate.plan import Plan
from estate.topics.apps.plan.model import AppPlan
from estate.topics.exposure.plan import ExposurePlan
from estate.topics.exposure.plan.health_load import OFTEN, HealthLoad, for_a_pod, health_loads
from estate.topics.nodes.plan import NodesPlan

_LONGEST = 60
"""The longest interval that ``vip.interval`` takes."""


def asked(plan: Plan, app: AppPlan) -> Iterator[str]:
    """The kubelets' questions and the load balancer's, with the arithmetic."""
    if not app.running:
        return
    ready = app.ready and f"every {READY_SECONDS} seconds whether it is ready " + (
        f"({_question(app, app.ready)})"
    )
    alive = app.alive and f"every {ALIVE_SECONDS} seconds whether it lives " + (
        f"({_question(app, app.alive)})"
    )
    if asking := [one for one in (ready, alive) if one]:
        nobody = "" if alive else "; nobody asks whether it lives"
        yield f"Kubelets, each pod: {', '.join(asking)}{nobody}."
    if app.exposure is None:
        return
    balancer = plan.of(ExposurePlan).load_balancer
    loads = health_loads(app.exposure, len(balancer.sources), app.replicas)
    for load in loads:
        yield (
            f"{balancer.name}: {counted(load.members, 'node')} {_asked_for(app)} every "
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


def _question(app: AppPlan, probe: Probe) -> str:
    """What a kubelet asks, and where it is not the port of ``listen``, the port."""
    at = f" at port {probe.port}" if probe.port else ""
    if probe.command:
        return f"the command '{' '.join(probe.command)}' ends with 0"
    if probe.grpc is not None:
        return f"gRPC{f' for {probe.grpc}' if probe.grpc else ''}{at}"
    return f"{probe.path}{at}" if probe.path else f"that port {probe.port or app.port} accepts"


def _asked_for(app: AppPlan) -> str:
    """What a load balancer asks its members."""
    return (
        f"for {app.ready.path}" if app.ready and app.ready.path else "whether the node port accepts"
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
