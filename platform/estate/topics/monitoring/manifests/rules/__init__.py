"""Rules: what is recorded and what is alerted, by topic; each a file that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator

from estate.objects.manifest import JsonObject
from estate.topics.monitoring.manifests.rules.api_requests import api_requests
from estate.topics.monitoring.manifests.rules.components import components
from estate.topics.monitoring.manifests.rules.control_plane import control_plane
from estate.topics.monitoring.manifests.rules.declared import declared
from estate.topics.monitoring.manifests.rules.facts import facts
from estate.topics.monitoring.manifests.rules.invariants import invariants
from estate.topics.monitoring.manifests.rules.kubelets import kubelets
from estate.topics.monitoring.manifests.rules.logs import logs
from estate.topics.monitoring.manifests.rules.monitoring import own
from estate.topics.monitoring.manifests.rules.nodes import nodes
from estate.topics.monitoring.manifests.rules.pods import pods
from estate.topics.monitoring.manifests.rules.reachability import ways
from estate.topics.monitoring.manifests.rules.rule import Alert, RuleGroup
from estate.topics.monitoring.manifests.rules.supply import supply
from estate.topics.monitoring.plan.monitoring import MonitoringPlan


def groups(plan: MonitoringPlan) -> tuple[RuleGroup, ...]:
    """All groups: those that the declarations make, and those that are the same everywhere."""
    return (declared(plan), *_SAME)


_SAME = (
    facts(),
    invariants(),
    nodes(),
    pods(),
    control_plane(),
    api_requests(),
    components(),
    kubelets(),
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
