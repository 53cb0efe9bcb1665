"""What the containers of an app's pods run, and with what."""

from __future__ import annotations

from collections.abc import Iterator

from estate.topics.apps.declare.environment import Process, ValueSource
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.containers import ProcessPlan, VariablePlan
from estate.topics.apps.plan.secrets import plan_secrets


def plan_process(app: App, process: Process) -> ProcessPlan:
    """What a container of the app runs."""
    return ProcessPlan(
        command=process.command,
        arguments=process.arguments,
        directory=process.working_directory or "",
        variables=tuple(_variables(app, process)),
    )


def _variables(app: App, process: Process) -> Iterator[VariablePlan]:
    names = {
        declared.name: planned.name
        for declared, planned in zip(
            sorted(app.secrets, key=lambda one: one.name), plan_secrets(app), strict=True
        )
    }
    for name, value in process.environment.items():
        if not isinstance(value, ValueSource):
            yield VariablePlan(name=name, value=value)
        elif value.secret:
            yield VariablePlan(name=name, secret=names[value.secret])
        else:
            yield VariablePlan(name=name, pod=value.pod or "", size=value.size or "")
