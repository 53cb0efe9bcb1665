"""Secrets of apps: generated, or kept encrypted in the stack's file under names of their own."""

from __future__ import annotations

import hashlib
import json
from typing import TypeVar

from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.secrets import Secret, SecretKey
from estate.topics.apps.plan.secret_plans import SecretKeyPlan, SecretPlan

T = TypeVar("T")


def plan_secrets(app: App) -> tuple[SecretPlan, ...]:
    """The generation is part of the name, so a new one stands beside the old until pods have it."""
    ordered = sorted(app.secrets, key=lambda secret: secret.name)
    return tuple(plan_secret(app, secret) for secret in ordered)


def plan_secret(app: App, secret: Secret) -> SecretPlan:
    """One secret of the app.

    Values are named ``<app>.<secret>-g<generation>``, and ``.<key>`` behind that where it has keys.
    A Secret is immutable, so which keys it has is part of its own name as well: another key makes
    another Secret, and values that exist stay.
    """
    whole = f"{app.app}.{secret.name}-g{secret.generation}"
    plain = not secret.keys and not secret.tls
    return SecretPlan(
        name=whole if plain else f"{whole}-{_form(secret)}",
        mount=secret.directory if secret.mounted and any(map(_mounted, secret.all_keys)) else "",
        length=secret.length,
        keys=tuple(
            SecretKeyPlan(
                key=one.name,
                name=whole if plain else f"{whole}.{one.name}",
                binary=one.form == "binary",
                file=(one.file or one.name) if one.mounted else "",
                mode=int(one.mode, 8),
            )
            for one in secret.all_keys
        ),
        stored=secret.source == "stack",
        tls=secret.tls,
    )


def _mounted(key: SecretKey) -> bool:
    return key.mounted


def _form(secret: Secret) -> str:
    keys = sorted((one.name, one.form) for one in secret.all_keys)
    form = json.dumps([secret.tls, secret.source, keys]).encode()
    return hashlib.sha256(form).hexdigest()[:6]
