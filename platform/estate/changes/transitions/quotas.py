"""Quotas while pods are replaced: the old ones still count (C1, X5).

A quota is applied before the pods that it bounds. A pod that it refuses is tried again and again;
a rollout ends only if some order of replacements fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from estate.changes.transitions.finding import Finding
from estate.changes.transitions.sides import Sides, at, named
from estate.changes.transitions.workloads import Needs, Workload, workloads
from estate.objects.quantity import quantity

_COUNTED = ("requests.cpu", "requests.memory", "pods")


@dataclass
class _Rollout:
    """Pods of one workload, old ones and new ones."""

    new: Workload | None
    """None where it goes: after everything else, so that its pods count until then."""
    old: Workload | None
    left: int
    """Old pods that still run."""
    made: int = 0

    @property
    def wanted(self) -> int:
        return self.new.replicas if self.new else 0


def quotas(sides: Sides) -> Iterator[Finding]:
    """A rollout that the new quota stops is refused: it would never end."""
    old = {workload.key: workload for workload in workloads(sides.before)}
    new = {workload.key: workload for workload in workloads(sides.after)}
    for key, _, quota in sides.kept("ResourceQuota"):
        namespace = key[1]
        there = sorted(one for one in old.keys() | new.keys() if one[1] == namespace)
        found = [_rollout(old.get(one), new.get(one)) for one in there]
        if not any(rollout.new for rollout in found):
            continue
        declared = at(quota, "spec.hard")
        hard = {name: quantity(str(declared[name])) for name in _COUNTED if name in declared}
        stuck = _stuck(found, hard)
        if stuck:
            yield _finding(sides, named(key), stuck, hard, found)


def _rollout(old: Workload | None, new: Workload | None) -> _Rollout:
    if old and new and old.template == new.template:  # nothing is replaced
        kept = min(old.replicas, new.replicas)
        return _Rollout(new, old, left=0, made=kept)
    return _Rollout(new, old, left=old.replicas if old else 0)


def _stuck(rollouts: Sequence[_Rollout], hard: Needs) -> list[_Rollout]:
    """Goes through the rollouts as the controllers do; what is left when nothing moves."""
    moved = True
    while moved:
        moved = any([_advance(rollout, rollouts, hard) for rollout in rollouts])
    return [rollout for rollout in rollouts if rollout.new and rollout.made < rollout.wanted]


def _advance(one: _Rollout, all_: Sequence[_Rollout], hard: Needs) -> bool:
    """Replaces as many pods of one workload as fit; whether that was any."""
    new = one.new
    if new is None:
        return False
    moved = False
    while one.made < one.wanted:
        ends_first = not new.surge and one.left > 0 and one.left + one.made == one.wanted
        if ends_first or one.left + one.made > one.wanted:
            one.left -= 1  # a StatefulSet makes room first, and too many pods just end
            moved = True
            if not ends_first:
                continue
        if not _fits(_used(all_), new.pod, hard):
            return moved
        one.made += 1
        moved = True
    one.left = 0
    return moved


def _used(rollouts: Sequence[_Rollout]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {name: Decimal(0) for name in _COUNTED}
    for rollout in rollouts:
        for workload, count in ((rollout.old, rollout.left), (rollout.new, rollout.made)):
            if workload:
                for name in _COUNTED:
                    found[name] += workload.pod[name] * count
    return found


def _fits(used: Needs, pod: Needs, hard: Needs) -> bool:
    return all(used[name] + pod[name] <= most for name, most in hard.items())


def _finding(
    sides: Sides, what: str, stuck: Sequence[_Rollout], hard: Needs, all_: Sequence[_Rollout]
) -> Finding:
    used = _used(all_)
    over = [
        f"{name} {_spoken(used[name])} of {_spoken(most)}"
        for name, most in hard.items()
        if any(rollout.new and used[name] + rollout.new.pod[name] > most for rollout in stuck)
    ]
    names = ", ".join(named(rollout.new.key) for rollout in stuck if rollout.new)
    return Finding(
        effect="refused",
        code="quota-stops-rollout",
        zone=sides.zone,
        what=what,
        found=f"{names}: no new pod fits while old ones run, which use {', '.join(over)}; the "
        "rollout would never end",
        steps=(
            "Keep the quota as it was, change the apps, and apply.",
            "Lower the quota, and apply again.",
        ),
    )


def _spoken(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
