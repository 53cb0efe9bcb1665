"""Secrets of apps: generated, or kept encrypted in the stack's file under a name of their own."""

from __future__ import annotations

from typing import TypeVar

from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.model import SecretPlan

T = TypeVar("T")


def plan_secrets(app: App) -> tuple[SecretPlan, ...]:
    """The generation is part of the name, so a new one stands beside the old until pods have it."""
    return tuple(
        SecretPlan(
            name=f"{app.app}.{secret.name}-g{secret.generation}",
            mount=f"/etc/secrets/{secret.name}",
            length=secret.length,
            stored=secret.source == "stack",
        )
        for secret in sorted(app.secrets, key=lambda secret: secret.name)
    )
