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
    """Containers and sidecars run together; what runs before them must fit as well."""
    before = pod.get("initContainers", [])
    beside = [one for one in before if one.get("restartPolicy") == "Always"]
    first = [one for one in before if one.get("restartPolicy") != "Always"]
    found = {"pods": Decimal(1)}
    for name, kind in (("requests", "cpu"), ("requests", "memory")):
        together = sum((_of(one, name, kind) for one in (*pod["containers"], *beside)), Decimal(0))
        alone = max((_of(one, name, kind) for one in first), default=Decimal(0))
        found[f"{name}.{kind}"] = max(together, alone)
    return found


def _of(container: Any, name: str, kind: str) -> Decimal:
    found = at(container, f"resources.{name}.{kind}")
    return Decimal(0) if found is None else quantity(str(found))
