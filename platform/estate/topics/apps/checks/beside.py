"""Further containers: names, ports and questions that do not get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.checks.environment import of_process
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.log_files import CONTAINER
from estate.topics.apps.plan.needs import CONTAINER as NEEDS


def check_beside(catalogue: Catalogue) -> list[Problem]:
    """A problem for each container that the pod cannot have beside its others."""
    return [problem for declared in catalogue.apps for problem in _problems(declared)]


def _problems(declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    taken = {app.app: "the app's own container", NEEDS: "what waits", CONTAINER: "log files"}
    for key, further in (("sidecars", app.sidecars), ("before", app.before)):
        for index, one in enumerate(further):
            at: KeyPath = (key, index)
            if one.name in taken:
                yield declared.problem(
                    "name-taken",
                    (*at, "name"),
                    f"'{one.name}' is the container of {taken[one.name]}",
                    "each name once",
                    "Rename it",
                )
            taken[one.name] = f"'{key}'"
            yield from of_process(declared, one, at)
    yield from _questions(declared)


def _questions(declared: Declared[App]) -> Iterator[Problem]:
    for index, one in enumerate(declared.value.sidecars):
        for key in ("ready", "alive"):
            question = getattr(one, key)
            if question and not question.command and not question.port:
                yield declared.problem(
                    "no-port",
                    ("sidecars", index, key),
                    "it is not said which port of the sidecar is asked",
                    "a command, or a mapping with port",
                    f"Example: {key}: {{path: /healthz, port: 15021}}",
                )
