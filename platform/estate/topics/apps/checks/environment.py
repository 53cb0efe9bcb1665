"""Environment variables: whose name is whose, in which order, and no password in clear (A8, B6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue, unknown
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.declare.environment import Process, ValueSource
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.apps.plan.platform_variables import JAVA_OPTIONS, platform_variables

_REFERENCE = re.compile(r"(\$\$)|\$\(([^)]+)\)")
_SECRET = re.compile(
    r"(^|[_.-])(PASSWORD|PASSWD|PWD|PASSPHRASE|SECRET|TOKEN|API[_-]?KEY|ACCESS[_-]?KEY|PRIVATE[_-]?KEY"
    r"|CREDENTIALS?)$",
    re.IGNORECASE,
)
_USER_INFO = re.compile(r"://[^/@:\s]*:[^/@\s$]+@")  # RFC 3986, section 3.2.1
_LENT = re.compile(r"(/|\$\(|$)")
"""The path of a file, another variable or nothing, none of which is a password."""


def check_environment(catalogue: Catalogue) -> Iterator[Problem]:
    """A problem for each variable that would not be what its app expects."""
    for declared in catalogue.apps:
        yield from _preset(declared)
        yield from of_process(declared, declared.value, ())


def of_process(declared: Declared[App], process: Process, at: KeyPath) -> Iterator[Problem]:
    """Of one container, whose keys stand at ``at``."""
    names = list(process.environment)
    for index, (name, value) in enumerate(process.environment.items()):
        path: KeyPath = (*at, "environment", name)
        yield from _taken(declared, name, value, path)
        if isinstance(value, ValueSource):
            known = [one.name for one in declared.value.secrets]
            if value.secret and value.secret not in known:
                path = (*path, "secret")
                yield unknown(declared, "unknown-secret", path, value.secret, known)
            continue
        yield from _secret(declared, name, value, path)
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


def _taken(
    declared: Declared[App], name: str, value: str | ValueSource, path: KeyPath
) -> Iterator[Problem]:
    app = declared.value
    if name in platform_variables(app):
        yield declared.problem(
            "variable-taken",
            path,
            f"the platform sets {name} itself",
            f"names other than {', '.join(platform_variables(app))}",
            "Leave it out, and read the value that the platform sets",
        )
    elif (
        name == JAVA_OPTIONS
        and isinstance(value, ValueSource)
        and isinstance(app, TraditionalApp)
        and app.logs
    ):
        yield declared.problem(
            "variable-taken",
            path,
            f"the platform adds the directory of dumps to {JAVA_OPTIONS}, which takes a text",
            "a text, which stands before what the platform adds",
            f"Name the secret's variable otherwise, and write {JAVA_OPTIONS}: $(OTHER_NAME)",
        )


def seems_secret(name: str, value: str) -> bool:
    """Whether a variable's name or text says that it is a password."""
    named = _SECRET.search(name) and not _LENT.match(value)
    return bool(named or _USER_INFO.search(value))


def _secret(declared: Declared[App], name: str, value: str, path: KeyPath) -> Iterator[Problem]:
    if seems_secret(name, value):
        yield declared.problem(
            "secret-in-clear",
            path,
            f"{name} looks like a password, which every reader of the repository and of the "
            "namespace would see",
            "{secret: name}, with the name of one of the app's secrets",
            "Declare it in 'secrets' (from: stack), and write " + name + ": {secret: name}",
        )


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
