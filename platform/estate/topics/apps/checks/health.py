"""Liveness is not readiness, and load balancers ask where users connect (A4, X3)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Declared, Problem
from estate.topics.apps.declare.common import ServingApp
from estate.topics.apps.declare.health import Question
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.exposure.declare.load_balancers import MetalLB


def check_health(catalogue: Catalogue) -> list[Problem]:
    """A problem for each app that restarts where it should wait, or that the F5 cannot ask."""
    return [problem for declared in catalogue.apps for problem in _problems(catalogue, declared)]


def _problems(catalogue: Catalogue, declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    if not isinstance(app, ServingApp):
        return
    ready, alive = app.health.ready, app.health.alive
    if alive and _asks_the_app(alive) and alive == ready:
        yield declared.problem(
            "liveness-is-readiness",
            ("health", "alive"),
            f"{_shown(alive)} is what 'ready' asks too: when a database is away, every replica "
            "would be restarted",
            "another question than that of 'ready'",
            "Leave 'alive' out: then the port has to accept",
        )
    asked = isinstance(app, TraditionalApp) and not isinstance(
        catalogue.stack(app.zone).load_balancer, MetalLB
    )
    if asked and ready.path and ready.port not in (None, app.listen.port):
        yield declared.problem(
            "asked-elsewhere",
            ("health", "ready", "port"),
            f"port {ready.port} is no port that the load balancer reaches",
            f"a path at the port of 'listen' ({app.listen.port}), or health by tcp, grpc or "
            "command: then the load balancer asks whether the node port accepts",
            "Answer the path at the port of 'listen'",
        )


def _asks_the_app(question: Question) -> bool:
    """More than whether a port accepts, which no database can keep it from."""
    return any((question.path, question.command, question.grpc is not None))


def _shown(question: Question) -> str:
    if question.command:
        return f"the command '{' '.join(question.command)}'"
    return f"'{question.path}'" if question.path else "gRPC"
