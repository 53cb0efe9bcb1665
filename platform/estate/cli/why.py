"""`estate why`: what keeps rollouts from ending, as the cluster's own events say it (fault 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from estate.plan import Plan
from estate.topics.tenancy.plan import TenancyPlan
from estate.topics.tenancy.plan.model import NamespacePlan

Json = Mapping[str, Any]

KINDS = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}
"""Kinds of workloads, and how their API names the collection."""

_MADE_BY = {
    "Deployment": (("ReplicaSet", r"-[a-z0-9]+"), ("Pod", r"-[a-z0-9]+-[a-z0-9]{5}")),
    "StatefulSet": (("Pod", r"-[0-9]+"),),
    "DaemonSet": (("Pod", r"-[a-z0-9]{5}"),),
}
"""What a workload makes, and what the names of these add to its own."""

_QUOTA = re.compile(
    r"exceeded quota: (?P<quota>[^,]+), requested: (?P<requested>.+), used: (?P<used>.+), "
    r"limited: (?P<limited>.+)$"
)
"""As k8s.io/apiserver/pkg/admission/plugin/resourcequota words it."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why one workload is not what it should be."""

    workload: str
    """``Kind namespace/name``."""
    stands: str
    """How many of how many pods."""
    said: tuple[str, ...]
    """What events say, the newest first."""
    quota: str = ""
    """Of which tenant the quota is that is in the way, and where it is declared."""


def reasons(plan: Plan, workloads: Iterable[Json], events: Iterable[Json]) -> list[Reason]:
    """One for each workload of the estate that has not come to its end.

    ``workloads`` are objects with their kind, ``events`` the cluster's warnings.
    """
    namespaces = {namespace.name: namespace for namespace in _namespaces(plan)}
    newest = sorted(events, key=_time, reverse=True)
    return [
        _reason(workload, newest, namespaces.get(workload["metadata"]["namespace"]))
        for workload in workloads
        if workload["metadata"].get("labels", {}).get("app.kubernetes.io/managed-by") == "estate"
        and not _ended(workload)
    ]


def _namespaces(plan: Plan) -> Iterator[NamespacePlan]:
    for tenant in plan.of(TenancyPlan).tenants:
        yield from tenant.namespaces


def _reason(workload: Json, events: Iterable[Json], namespace: NamespacePlan | None) -> Reason:
    said = tuple(dict.fromkeys(_messages(workload, events)))
    meta = workload["metadata"]
    wanted, _, ready = _counts(workload)
    full = next((found for text in said if (found := _QUOTA.search(text))), None)
    return Reason(
        workload=f"{workload['kind']} {meta['namespace']}/{meta['name']}",
        stands=f"{ready} of {wanted} pods are new and ready",
        said=said,
        quota=_declared(full["quota"], namespace) if full and namespace else "",
    )


def _declared(quota: str, namespace: NamespacePlan) -> str:
    owner = f"quota '{quota}' of namespace {namespace.name} is tenant {namespace.tenant}'s"
    if namespace.alone:
        return f"{owner}; it follows from the replicas of the app in it. docs/changes.md says how"
    file = f"tenants/{namespace.tenant}.yaml"
    return (
        f"{owner}, zones.{namespace.zone}.quota in {file}. Raise it there, or apply the former "
        "quota first and lower it when the pods are smaller: `estate check --against` has the steps"
    )


def _messages(workload: Json, events: Iterable[Json]) -> Iterator[str]:
    for event in events:
        if _is_about(event.get("involvedObject") or {}, workload):
            yield f"{event.get('reason', 'Event')}: {event.get('message', '').strip()}"
    for one in workload.get("status", {}).get("conditions", ()):
        if one["type"] == "ReplicaFailure" and one["status"] == "True":
            yield f"{one.get('reason', 'ReplicaFailure')}: {one.get('message', '').strip()}"


def _is_about(what: Json, workload: Json) -> bool:
    meta, kind = workload["metadata"], workload["kind"]
    if what.get("namespace") != meta["namespace"]:
        return False
    name = str(what.get("name", ""))
    if (what.get("kind"), name) == (kind, meta["name"]):
        return True
    return any(
        what.get("kind") == made and re.fullmatch(re.escape(meta["name"]) + suffix, name)
        for made, suffix in _MADE_BY[kind]
    )


def _ended(workload: Json) -> bool:
    """As `kubectl rollout status` sees it."""
    wanted, updated, ready = _counts(workload)
    status = workload.get("status", {})
    seen = status.get("observedGeneration", 0) >= workload["metadata"].get("generation", 0)
    extra = workload["kind"] == "Deployment" and status.get("replicas", 0) > updated
    return bool(seen and updated >= wanted and ready >= wanted and not extra)


def _counts(workload: Json) -> tuple[int, int, int]:
    """Pods that are wanted, that are new, and new ones that are ready."""
    status = workload.get("status", {})
    if workload["kind"] == "DaemonSet":
        wanted = status.get("desiredNumberScheduled", 0)
        updated, ready = status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0)
    else:
        wanted = workload.get("spec", {}).get("replicas", 1)
        updated = status.get("updatedReplicas", 0)
        ready = status.get("availableReplicas", status.get("readyReplicas", 0))
    return wanted, updated, min(updated, ready)


def _time(event: Json) -> str:
    return str(event.get("lastTimestamp") or event.get("eventTime") or "")


def print_reasons(found: Sequence[Reason], console: Console) -> None:
    """What is in the way of each workload, and of which tenant a quota is."""
    for reason in found:
        console.print(Text(f"{reason.workload}: {reason.stands}", "bold"))
        for text in reason.said or ("No event says why: look at its pods' logs.",):
            console.print(Text(f"  {text}"), soft_wrap=True)
        if reason.quota:
            console.print(
                Text(f"  {reason.quota[0].upper()}{reason.quota[1:]}.", "yellow"), soft_wrap=True
            )
    if not found:
        console.print("Every workload of the estate has as many new and ready pods as it declares.")
