"""Keys of secrets: their names, their files, and those that variables name (B6, F3)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import unknown
from estate.reader.problems import Declared, KeyPath, Problem
from estate.topics.apps.declare.environment import ValueSource
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.secrets import Secret


def of_secrets(declared: Declared[App]) -> Iterator[Problem]:
    """A problem for each secret whose keys or files cannot be as they are declared."""
    for index, secret in enumerate(declared.value.secrets):
        at: KeyPath = ("secrets", index)
        yield from _keys(declared, secret, at)
        yield from _generated(declared, secret, at)


def _keys(declared: Declared[App], secret: Secret, at: KeyPath) -> Iterator[Problem]:
    names: set[str] = set()
    files = {one.name for one in secret.all_keys if one not in secret.keys and one.mounted}
    for index, key in enumerate(secret.keys):
        place: KeyPath = (*at, "keys", index)
        if key.name in names:
            found = f"the key '{key.name}' stands here again"
            yield declared.problem("name-taken", (*place, "name"), found, "each name once")
        elif key.mounted and (key.file or key.name) in files:
            found = f"another key of '{secret.name}' has the file '{key.file or key.name}'"
            which = "file" if key.file else "name"
            yield declared.problem("name-taken", (*place, which), found, "each file once")
        names.add(key.name)
        files |= {key.file or key.name} if key.mounted else set()


def _generated(declared: Declared[App], secret: Secret, at: KeyPath) -> Iterator[Problem]:
    if secret.source == "stack":
        return
    if secret.tls:
        yield declared.problem(
            "not-generated",
            (*at, "tls"),
            "a generated secret is random text, and no certificate",
            "from: stack",
            "Store the certificate and its key in the stack's file: from: stack",
        )
    for index, key in enumerate(secret.keys):
        if key.form == "binary":
            yield declared.problem(
                "not-generated",
                (*at, "keys", index, "form"),
                "a generated secret is random text, and no bytes",
                "text, or from: stack",
                "Leave 'form' out, or store the value in the stack's file: from: stack",
            )


def of_source(declared: Declared[App], value: ValueSource, path: KeyPath) -> Iterator[Problem]:
    """A problem where a variable names no key of a secret that can be its value."""
    if not value.secret:
        return
    found = {one.name: one for one in declared.value.secrets}
    if value.secret not in found:
        yield unknown(declared, "unknown-secret", (*path, "secret"), value.secret, list(found))
        return
    keys = {one.name: one for one in found[value.secret].all_keys}
    if value.key is None and len(keys) > 1:
        yield declared.problem(
            "no-key",
            path,
            f"the secret '{value.secret}' has several keys",
            f"key: {' or '.join(keys)}",
            f"Example: {{secret: {value.secret}, key: {next(iter(keys))}}}",
        )
    elif value.key and value.key not in keys:
        yield unknown(declared, "unknown-key-of-secret", (*path, "key"), value.key, list(keys))
    elif keys[value.key or next(iter(keys))].form == "binary":
        yield declared.problem(
            "binary-variable",
            path,
            "the key is binary, and an environment variable is text",
            "a key of text",
            "Read its file",
        )
