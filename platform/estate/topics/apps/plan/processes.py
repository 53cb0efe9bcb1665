"""What the containers of an app's pods run, and with what."""

from __future__ import annotations

from collections.abc import Iterator

from estate.topics.apps.declare.environment import Process, ValueSource
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.containers import GroupPlan, ProcessPlan, VariablePlan
from estate.topics.apps.plan.secret_plans import SecretPlan
from estate.topics.apps.plan.secrets import plan_secret
from estate.topics.apps.plan.settings import settings_name


def plan_process(app: App, process: Process) -> ProcessPlan:
    """What a container of the app runs."""
    return ProcessPlan(
        command=process.command,
        arguments=process.arguments,
        directory=process.working_directory or "",
        variables=tuple(_variables(app, process)),
        groups=tuple(_groups(app, process)),
    )


def _variables(app: App, process: Process) -> Iterator[VariablePlan]:
    secrets = _secrets(app)
    for name, value in process.environment.items():
        if not isinstance(value, ValueSource):
            yield VariablePlan(name=name, value=value)
        elif value.secret:
            secret = secrets[value.secret]
            yield VariablePlan(name=name, secret=secret.name, key=value.key or secret.keys[0].key)
        else:
            yield VariablePlan(name=name, pod=value.pod or "", size=value.size or "")


def _groups(app: App, process: Process) -> Iterator[GroupPlan]:
    secrets = _secrets(app)
    for one in process.environment_from:
        if one.secret:
            names = [key.key for key in secrets[one.secret].keys]
        else:
            names = sorted(app.settings[one.settings or ""])
        yield GroupPlan(
            secret=secrets[one.secret].name if one.secret else "",
            settings=settings_name(app, one.settings) if one.settings else "",
            prefix=one.prefix,
            names=tuple(f"{one.prefix}{name}" for name in names),
        )


def _secrets(app: App) -> dict[str, SecretPlan]:
    return {one.name: plan_secret(app, one) for one in app.secrets}
