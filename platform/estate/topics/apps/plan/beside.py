"""Further containers of an app's pods: values, and what a pod requests with them."""

from __future__ import annotations

from estate.declarations.stack import Stack
from estate.objects.container import Probe
from estate.topics.apps.declare.beside import FurtherContainer, Sidecar
from estate.topics.apps.declare.health import Question
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.containers import FurtherPlan
from estate.topics.apps.plan.processes import plan_process
from estate.topics.nodes.plan.model import Amount


def plan_sidecars(stack: Stack, app: App) -> tuple[FurtherPlan, ...]:
    """Those that stay beside the app's container, in the order in which they start."""
    return tuple(_further(stack, app, one) for one in app.sidecars)


def plan_before(stack: Stack, app: App) -> tuple[FurtherPlan, ...]:
    """Those that run and end before it, one after the other."""
    return tuple(_further(stack, app, one) for one in app.before)


def with_further(app: App, pod: Amount) -> Amount:
    """What a pod requests, ``pod`` of it by its other containers.

    As the scheduler counts (KEP-753): all that run together, or, where that is more, the largest
    that runs before them, with the sidecars that have started by then.
    """
    beside = [_amount(one) for one in app.sidecars]
    cpu, memory = sum(one.cpu for one in beside), sum(one.memory for one in beside)
    first = [_amount(one) for one in app.before]
    return Amount(
        cpu=cpu + max((pod.cpu, *(one.cpu for one in first))),
        memory=memory + max((pod.memory, *(one.memory for one in first))),
        pods=pod.pods,
    )


def _amount(one: FurtherContainer) -> Amount:
    return Amount(cpu=one.size.cpu, memory=one.size.memory, pods=0)


def _further(stack: Stack, app: App, one: FurtherContainer) -> FurtherPlan:
    staying = isinstance(one, Sidecar)
    return FurtherPlan(
        name=one.name,
        image=f"{stack.registry.host}/{one.image}",
        size=_amount(one),
        process=plan_process(app, one),
        ready=_probe(one.ready) if staying else None,
        alive=_probe(one.alive) if staying else None,
    )


def _probe(question: Question | None) -> Probe | None:
    if question is None:
        return None
    return Probe(
        path=question.path,
        scheme="HTTPS" if question.tls else "HTTP",
        grpc=question.grpc,
        command=question.command or (),
        port=question.port or "",
    )
