"""Rules: what is recorded and what is alerted, by topic; each a file that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects import JsonObject
from estate.plan.monitoring import MonitoringPlan
from estate.services.monitoring.rules.control_plane import control_plane
from estate.services.monitoring.rules.declared import declared
from estate.services.monitoring.rules.facts import facts
from estate.services.monitoring.rules.invariants import invariants
from estate.services.monitoring.rules.logs import logs
from estate.services.monitoring.rules.nodes import nodes
from estate.services.monitoring.rules.own import own
from estate.services.monitoring.rules.pods import pods
from estate.services.monitoring.rules.rule import Alert, RuleGroup
from estate.services.monitoring.rules.supply import supply
from estate.services.monitoring.rules.ways import ways


def groups(plan: MonitoringPlan) -> tuple[RuleGroup, ...]:
    """All groups: those that the declarations make, and those that are the same everywhere."""
    return (declared(plan), *_SAME)


_SAME = (
    facts(),
    invariants(),
    nodes(),
    pods(),
    control_plane(),
    ways(),
    *supply(),
    logs(),
    own(),
)


def rule_files(plan: MonitoringPlan) -> dict[str, JsonObject]:
    """One file for each group, by name."""
    return {f"{group.name}.yaml": {"groups": [group.written()]} for group in groups(plan)}


def alerts() -> Iterator[Alert]:
    """Every alert that there is: the same in both zones."""
    return (rule for group in _SAME for rule in group.rules if isinstance(rule, Alert))


__all__ = ["Alert", "RuleGroup", "alerts", "groups", "rule_files"]
