"""Environment variables: whose name is whose, in which order, and no password in clear (A8, B6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.checks.groups import of_groups
from estate.topics.apps.checks.secrets import of_secrets, of_source
from estate.topics.apps.checks.variables import in_clear, taken
from estate.topics.apps.declare.environment import Process, ValueSource
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.stateful import StatefulApp

_REFERENCE = re.compile(r"(\$\$)|\$\(([^)]+)\)")


def check_environment(catalogue: Catalogue) -> Iterator[Problem]:
    """A problem for each variable that would not be what its app expects."""
    for declared in catalogue.apps:
        yield from _preset(declared)
        yield from of_secrets(declared)
        for name, values in declared.value.settings.items():
            for variable, text in values.items():
                yield from in_clear(declared, variable, text, ("settings", name, variable))
        yield from of_process(declared, declared.value, ())


def of_process(declared: Declared[App], process: Process, at: KeyPath) -> Iterator[Problem]:
    """Of one container, whose keys stand at ``at``."""
    names = list(process.environment)
    yield from of_groups(declared, process, at)
    for index, (name, value) in enumerate(process.environment.items()):
        path: KeyPath = (*at, "environment", name)
        yield from taken(declared, name, value, path)
        if isinstance(value, ValueSource):
            yield from of_source(declared, value, path)
            continue
        yield from in_clear(declared, name, value, path)
        for other in _references(value):
            if other in names[index:]:
                yield declared.problem(
                    "variable-later",
                    path,
                    f"'$({other})' stands for a variable that is declared "
                    f"{'here itself' if other == name else 'later'}, so that it stays as written",
                    "variables that are declared before",
                    f"Declare {other} first, or write $$({other}) for the text itself",
                )


def _references(value: str) -> Iterator[str]:
    return (found[2] for found in _REFERENCE.finditer(value) if found[2])


def _preset(declared: Declared[App]) -> Iterator[Problem]:
    app = declared.value
    if not isinstance(app, StatefulApp) or app.preset is None:
        return
    for key in ("command", "arguments"):
        if getattr(app, key):
            yield declared.problem(
                "preset-runs",
                (key,),
                f"the preset '{app.preset}' runs the image's own entry point, which writes the "
                "number of each server",
                "no 'command' and no 'arguments' beside 'preset'",
                f"Leave '{key}' out",
            )
