"""Secrets that documents need: named here, valued elsewhere (X11).

A document holds ``${secret:NAME}``, never a value. `estate handover` puts the values in: those
that the stack generates come from its secret output, those that must exist before the cluster
does come from the source that ``estate:bootstrap`` declares, and never from that cluster's stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from estate.plan import Plan
from estate.topics.document_secrets.declare import Bootstrap
from estate.topics.exposure.plan.keepalived import PASSWORD_LENGTH, keepalived_plans
from estate.topics.registry.plan import RegistryPlan

DEFAULT_LENGTH = 32
"""Characters of a generated secret that nothing limits."""

ENCRYPTION_KEY = "api-server-encryption"
"""What the API servers encrypt their store with: 32 bytes in base64 (A3)."""
ENCRYPTION_KEY_LENGTH = 44

BOOTSTRAP = "bootstrap:"
"""What a declared reference to such a secret begins with."""


@dataclass(frozen=True, kw_only=True)
class DocumentSecret:
    """A secret that one or more documents refer to."""

    name: str
    """How documents call it: ``keepalived/lb-intranet/auth_pass``, ``registry-http``."""
    length: int | None
    """How many characters it has; None where another tool decides what it looks like."""
    origin: Literal["stack", "bootstrap"]
    """``stack``: Pulumi generates it. ``bootstrap``: it exists before the cluster does."""
    login: bool = False
    """Whether it is a name and a password with a colon between, in base64."""


@dataclass(frozen=True, kw_only=True)
class GeneratedSecrets:
    """Those that the stack generates: its one secret output holds their values by name."""

    secrets: tuple[DocumentSecret, ...]


def document_secrets(plan: Plan) -> tuple[DocumentSecret, ...]:
    """Every secret that a document of the zone refers to, by name."""
    return tuple(
        sorted(set(_document_secrets(plan)), key=lambda document_secret: document_secret.name)
    )


def generated_secrets(plan: Plan) -> GeneratedSecrets:
    """Those of them that the stack generates."""
    found = (
        document_secret
        for document_secret in document_secrets(plan)
        if document_secret.origin == "stack"
    )
    return GeneratedSecrets(secrets=tuple(found))


def _document_secrets(plan: Plan) -> Iterator[DocumentSecret]:
    for host in keepalived_plans(plan):
        yield DocumentSecret(
            name=host.password,
            length=PASSWORD_LENGTH,
            origin="bootstrap" if host.before_the_cluster else "stack",
        )
    if plan.of(BootstrapPlan).bootstrap:
        length = ENCRYPTION_KEY_LENGTH
        yield DocumentSecret(name=ENCRYPTION_KEY, length=length, origin="bootstrap")
    harbor = plan.of(RegistryPlan).harbor
    if harbor and harbor.upstream:
        name = harbor.upstream.login.removeprefix(BOOTSTRAP)
        yield DocumentSecret(name=name, length=None, origin="bootstrap")
    if registry := plan.of(RegistryPlan).external:
        for reference in (registry.http_secret, registry.users):
            name = reference.removeprefix(BOOTSTRAP)
            yield DocumentSecret(name=name, length=None, origin="bootstrap")
        name = registry.node_login.removeprefix(BOOTSTRAP)
        yield DocumentSecret(name=name, length=None, origin="bootstrap", login=True)


@dataclass(frozen=True, kw_only=True)
class BootstrapPlan:
    """Where one zone's secrets come from that exist before the cluster does."""

    bootstrap: Bootstrap | None
    """As declared."""
