"""Groups of environment variables: they exist, and give no name twice (A8, B6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from estate.declarations.catalogue import unknown
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.checks.variables import taken
from estate.topics.apps.declare.environment import VARIABLE, Process, VariableGroup
from estate.topics.apps.declare.kinds import App


def of_groups(declared: Declared[App], process: Process, at: KeyPath) -> Iterator[Problem]:
    """Of one container, whose keys stand at ``at``."""
    seen = dict.fromkeys(process.environment, "'environment'")
    for index, group in enumerate(process.environment_from):
        path: KeyPath = (*at, "environment_from", index)
        if (group.secret is None) == (group.settings is None):
            yield declared.problem(
                "not-one-source",
                path,
                "it names not exactly one source",
                "secret or settings, one of the two",
                "Example: {secret: database, prefix: DB_}",
            )
            continue
        names, problems = _names(declared, group, path)
        yield from problems
        said = f"the {'secret' if group.secret else 'group'} '{group.secret or group.settings}'"
        for name in names:
            if name in seen:
                yield declared.problem(
                    "variable-twice",
                    path,
                    f"{said} gives {name}, which {seen[name]} gives already",
                    "each name once",
                    "Set 'prefix', or take single keys in 'environment'",
                )
            yield from taken(declared, name, None, path)
            seen.setdefault(name, said)


def _names(
    declared: Declared[App], group: VariableGroup, path: KeyPath
) -> tuple[list[str], list[Problem]]:
    """The variables that the group gives, and why it cannot."""
    app = declared.value
    if group.settings is not None:
        if group.settings not in app.settings:
            at = (*path, "settings")
            known = list(app.settings)
            return [], [unknown(declared, "unknown-settings", at, group.settings, known)]
        return [f"{group.prefix}{name}" for name in app.settings[group.settings]], []
    found = {one.name: one for one in app.secrets}
    secret = found.get(group.secret or "")
    if secret is None:
        at, known = (*path, "secret"), list(found)
        return [], [unknown(declared, "unknown-secret", at, group.secret or "", known)]
    if not secret.keys:
        return [], [
            declared.problem(
                "no-keys",
                (*path, "secret"),
                f"the secret '{secret.name}' has no 'keys' that could name variables",
                "a secret with keys",
                f"Take its value in 'environment': NAME: {{secret: {secret.name}}}",
            )
        ]
    problems = [
        declared.problem(
            "binary-variable" if key.form == "binary" else "bad-variable",
            (*path, "secret"),
            f"the key '{key.name}' is binary, and an environment variable is text"
            if key.form == "binary"
            else f"'{group.prefix}{key.name}' is not the name of an environment variable",
            "keys of text that are names of variables",
            "Take single keys in 'environment'",
        )
        for key in secret.all_keys
        if key.form == "binary" or not re.fullmatch(VARIABLE, f"{group.prefix}{key.name}")
    ]
    return [f"{group.prefix}{one.name}" for one in secret.all_keys], problems
