"""Admission: what is derived, and how."""

from __future__ import annotations

from dataclasses import dataclass

from estate.topics.admission.declare.exceptions import RuleException


@dataclass(frozen=True, kw_only=True)
class ExceptionsPlan:
    """Where a rule of admission does not hold in one zone."""

    exceptions: tuple[RuleException, ...]
    """By namespace and rule."""
    excluded: tuple[str, ...]
    """Namespaces in which no rule holds: the cluster's own, and those of others' programs."""
