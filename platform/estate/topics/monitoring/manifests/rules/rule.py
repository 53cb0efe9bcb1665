"""A rule as a value: what is recorded, what is alerted, and how both are written for Prometheus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from estate.objects.manifest import JsonObject

Severity = Literal["critical", "warning", "info"]
"""``critical``: somebody is woken. ``warning``: somebody looks today. ``info``: a machine reads."""

RUNBOOK = "docs/runbook.md"
"""Every alert has a section in it that bears its name."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A series that is computed once and used by several rules."""

    name: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])

    def written(self) -> JsonObject:
        """As Prometheus reads it."""
        labels = {"labels": dict(self.labels)} if self.labels else {}
        return {"record": self.name, "expr": self.expr, **labels}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """What fires, how bad it is, and whose it is."""

    name: str
    expr: str
    wait: str = "0s"
    """How long it must hold before it fires."""
    severity: Severity
    route: Literal["tenant", "platform"]
    """``tenant``: the series' own label says which; where it says none, it is the platform's."""
    summary: str
    """One sentence; ``$labels`` says where."""

    def written(self) -> JsonObject:
        """As Prometheus reads it."""
        found: JsonObject = {"alert": self.name, "expr": self.expr}
        if self.wait != "0s":
            found["for"] = self.wait
        return {
            **found,
            "labels": {"severity": self.severity, "route": self.route},
            "annotations": {
                "summary": self.summary,
                "runbook": f"{RUNBOOK}#{self.name.lower()}",
            },
        }


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """Rules that are evaluated one after another."""

    name: str
    rules: tuple[Record | Alert, ...]

    def written(self) -> JsonObject:
        """As Prometheus reads it."""
        return {"name": self.name, "rules": [rule.written() for rule in self.rules]}


def of_tenant(expr: str) -> str:
    """The same series, each with the tenant of its namespace where that has one (I8)."""
    return f"({expr}) * on (namespace) group_left (tenant) estate:namespace_tenant:info"
