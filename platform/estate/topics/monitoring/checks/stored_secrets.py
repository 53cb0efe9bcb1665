"""Checks of generated secrets against those that are stored."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.declarations.load import Loaded
from estate.declarations.stack_file import SECRETS
from estate.reader.problems import Declared, KeyPath, Problem
from estate.reader.values import Zone
from estate.topics.apps.plan.secrets import T, plan_secret
from estate.topics.monitoring.plan.monitoring import token_name


def check_secrets(catalogue: Catalogue, loaded: Loaded) -> list[Problem]:
    """A problem for each secret that the stack should keep and does not, or keeps in clear."""
    problems: list[Problem] = []
    for declared in catalogue.apps:
        app = declared.value
        for index, secret in enumerate(app.secrets):
            if secret.source == "stack" and app.state == "active":
                named = [one.name for one in secret.keys]
                for key in plan_secret(app, secret).keys:
                    at = (
                        ("keys", named.index(key.key), "name")
                        if key.key in named
                        else ("tls",)
                        if secret.tls
                        else ("from",)
                    )
                    path: KeyPath = ("secrets", index, *at)
                    problems += _kept(declared, path, app.zone, key.name, loaded, key.binary)
    for zone, stack in catalogue.stacks.items():
        inside = stack.value.registry.internal
        if inside and inside.promotion.kept == "stack":
            path = ("registry", "internal", "promotion", "kept")
            problems += _kept(stack, path, zone, inside.promotion.secret, loaded)
        webhooks = stack.value.monitoring.webhooks if stack.value.monitoring else ()
        for index, webhook in enumerate(webhooks):
            if webhook.stored:
                path = ("monitoring", "webhooks", index, "token")
                problems += _kept(stack, path, zone, token_name(webhook), loaded)
    return problems


def _kept(
    declared: Declared[T],
    path: KeyPath,
    zone: Zone,
    secret: str,
    loaded: Loaded,
    binary: bool = False,
) -> Iterator[Problem]:
    """Whether the zone's stack file keeps ``secret``, and keeps it encrypted."""
    name = f"{SECRETS}{secret}"
    encrypted = loaded.secrets.get(zone, {}).get(secret)
    stack = loaded.environment.stack(zone)
    file = stack.file
    allowed = "a value that `pulumi config set --secret` has encrypted"
    command = f"pulumi config set --secret '{name}' --stack {stack}"
    command = f"base64 < FILE | {command}" if binary else command
    if encrypted is None:
        found = f"{file} has no '{name}'"
        yield declared.problem("no-stack-secret", path, found, allowed, command)
    elif not encrypted:
        found = f"'{name}' stands in {file} in clear text"
        hint = f"{command}; and give it another value: this one is out"
        yield declared.problem("secret-in-clear", path, found, allowed, hint)
