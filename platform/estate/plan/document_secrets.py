"""Secrets that documents need: named here, valued elsewhere (X11).

A document holds ``${secret:NAME}``, never a value. `estate handover` puts the values in: those
that the stack generates come from its secret output, those that must exist before the cluster
does come from the source that ``estate:bootstrap`` declares, and never from that cluster's stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from estate.plan.keepalived import PASSWORD_LENGTH, keepalived_plans
from estate.plan.model import Plan


@dataclass(frozen=True, kw_only=True)
class DocumentSecret:
    """A secret that one or more documents refer to."""

    name: str
    """``<topic>/<what>/<which>``: how documents and the stack's output call it."""
    length: int
    """Characters."""
    origin: Literal["stack", "bootstrap"]
    """``stack``: Pulumi generates it. ``bootstrap``: it exists before the cluster does."""


def document_secrets(plan: Plan) -> tuple[DocumentSecret, ...]:
    """Every secret that a document of the zone refers to, by name."""
    return tuple(sorted(set(_document_secrets(plan)), key=lambda one: one.name))


def _document_secrets(plan: Plan) -> Iterator[DocumentSecret]:
    for host in keepalived_plans(plan):
        yield DocumentSecret(name=host.password, length=PASSWORD_LENGTH, origin="stack")
