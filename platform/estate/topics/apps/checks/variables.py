"""One environment variable: whose name it is, and whether its text is a password (A8, B6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.declare.environment import ValueSource
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.plan.platform_variables import JAVA_OPTIONS, platform_variables

_SECRET = re.compile(
    r"(^|[_.-])(PASSWORD|PASSWD|PWD|PASSPHRASE|SECRET|TOKEN|API[_-]?KEY|ACCESS[_-]?KEY|PRIVATE[_-]?KEY"
    r"|CREDENTIALS?)$",
    re.IGNORECASE,
)
_USER_INFO = re.compile(r"://[^/@:\s]*:[^/@\s$]+@")  # RFC 3986, section 3.2.1
_LENT = re.compile(r"(/|\$\(|$)")
"""The path of a file, another variable or nothing, none of which is a password."""


def taken(
    declared: Declared[App], name: str, value: str | ValueSource | None, path: KeyPath
) -> Iterator[Problem]:
    """A problem where the platform sets the variable; ``value`` is None in a group of them."""
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
        and not isinstance(value, str)
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


def in_clear(declared: Declared[App], name: str, value: str, path: KeyPath) -> Iterator[Problem]:
    """A problem where a text looks like a password."""
    if seems_secret(name, value):
        yield declared.problem(
            "secret-in-clear",
            path,
            f"{name} looks like a password, which every reader of the repository and of the "
            "namespace would see",
            "{secret: name}, with the name of one of the app's secrets",
            "Declare it in 'secrets' (from: stack), and write " + name + ": {secret: name}",
        )
