"""How kubelets ask an app whether it can serve, and whether it lives (A4, X3)."""

from __future__ import annotations

from estate.objects.container import Probe
from estate.topics.apps.declare.common import ServingApp
from estate.topics.apps.declare.health import Question
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.declare.worker import WorkerApp


def plan_ready(app: App) -> Probe | None:
    """Whether it can serve; None where nobody connects to it."""
    return _probe(app, app.health.ready) if isinstance(app, ServingApp) else None


def plan_alive(app: App) -> Probe | None:
    """Whether it lives; None where nothing is asked."""
    if isinstance(app, WorkerApp):
        return Probe(command=app.health.alive.command) if app.health.alive else None
    if not isinstance(app, ServingApp) or app.health.alive is None:
        return None
    return _probe(app, app.health.alive)


def _probe(app: ServingApp, question: Question) -> Probe:
    own = question.port not in (None, app.listen.port)
    ends_tls = isinstance(app, TraditionalApp) and app.listen.tls
    return Probe(
        path=question.path,
        scheme="HTTPS" if question.path and (question.tls if own else ends_tls) else "HTTP",
        grpc=question.grpc,
        command=question.command or (),
        port=(question.port or "") if own else "",
    )
