"""What runs pods, as a rule reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from estate.changes.transitions.sides import Json, Key, Side, at
from estate.objects.quantity import quantity

KINDS = ("DaemonSet", "Deployment", "StatefulSet")
Needs = Mapping[str, Decimal]
"""By the name that a quota has for it."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Pods that are alike."""

    key: Key
    replicas: int
    """At least; of a DaemonSet 0, since the nodes decide."""
    template: Json
    pod: Needs
    """What a quota counts of one pod."""
    surge: bool
    """An update starts a pod before it stops one."""
    waits: int
    """Seconds until its rollout must be over; 0 where nothing waits for it."""


def workloads(side: Side) -> Iterator[Workload]:
    """All of one side, by kind and name."""
    least = {
        (key[1], str(at(one, "spec.scaleTargetRef.name"))): int(at(one, "spec.minReplicas") or 1)
        for key, one in side.of("HorizontalPodAutoscaler")
    }
    for kind in KINDS:
        for key, one in side.of(kind):
            declared = at(one, "spec.replicas")
            replicas = int(least.get(key[1:], 1) if declared is None else declared)
            yield Workload(
                key=key,
                replicas=0 if kind == "DaemonSet" else replicas,
                template=at(one, "spec.template"),
                pod=_needs(at(one, "spec.template.spec")),
                surge=kind == "Deployment" and at(one, "spec.strategy.type") != "Recreate",
                waits=_seconds(one),
            )


def _seconds(one: Json) -> int:
    annotations: Json = at(one, "metadata.annotations") or {}
    return int(annotations.get("pulumi.com/timeoutSeconds", 0))


def _needs(pod: Json) -> Needs:
    """Containers and sidecars run together; what runs before them must fit as well, beside the
    sidecars that have started by then (KEP-753)."""
    found = {"pods": Decimal(1)}
    for kind in ("cpu", "memory"):
        beside, most = Decimal(0), Decimal(0)
        for one in pod.get("initContainers", []):
            if one.get("restartPolicy") == "Always":
                beside += _of(one, "requests", kind)
            else:
                most = max(most, beside + _of(one, "requests", kind))
        own = sum((_of(one, "requests", kind) for one in pod["containers"]), Decimal(0))
        found[f"requests.{kind}"] = max(most, beside + own)
    return found


def _of(container: Any, name: str, kind: str) -> Decimal:
    found = at(container, f"resources.{name}.{kind}")
    return Decimal(0) if found is None else quantity(str(found))
