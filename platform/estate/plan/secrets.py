"""Secrets of apps: generated, or kept encrypted in the stack's file under a name of their own."""

from __future__ import annotations

from estate.declare import Loaded, Problem
from estate.declare.models import App
from estate.declare.problems import KeyPath
from estate.declare.stack_file import SECRETS
from estate.plan.catalogue import Catalogue
from estate.plan.model import SecretPlan


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


def check_secrets(catalogue: Catalogue, loaded: Loaded) -> list[Problem]:
    """A problem for each secret that the stack should keep and does not, or keeps in clear."""
    problems: list[Problem] = []
    for declared in catalogue.apps:
        app = declared.value
        kept = loaded.secrets.get(app.zone, {})
        planned = {one.mount: one.name for one in plan_secrets(app)}
        for index, secret in enumerate(app.secrets):
            if secret.source != "stack" or app.state != "active":
                continue
            name = f"{SECRETS}{planned[f'/etc/secrets/{secret.name}']}"
            encrypted = kept.get(name.removeprefix(SECRETS))
            path: KeyPath = ("secrets", index, "from")
            file = f"Pulumi.{app.zone}.yaml"
            allowed = "a value that `pulumi config set --secret` has encrypted"
            command = f"pulumi config set --secret '{name}' --stack {app.zone}"
            if encrypted is None:
                found = f"{file} has no '{name}'"
                problems.append(declared.problem("no-stack-secret", path, found, allowed, command))
            elif not encrypted:
                found = f"'{name}' stands in {file} for everybody to read"
                hint = f"{command}; and give it another value: this one is out"
                problems.append(declared.problem("secret-in-clear", path, found, allowed, hint))
    return problems
