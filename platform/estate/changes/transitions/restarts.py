"""Which pods restart, how many at a time, and for how long at most (X5)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.changes.transitions.finding import Finding
from estate.changes.transitions.replaced import fixed
from estate.changes.transitions.sides import Sides, named
from estate.changes.transitions.workloads import Workload, workloads


def restarts(sides: Sides) -> Iterator[Finding]:
    """Each workload whose pods are no longer as their template says."""
    old = {workload.key: workload for workload in workloads(sides.before)}
    for new in workloads(sides.after):
        was = old.get(new.key)
        if was is None or was.template == new.template:
            continue
        if fixed(new.key[0], sides.before.objects[new.key], sides.after.objects[new.key]):
            continue
        yield Finding(
            effect="restarts",
            code="restart",
            zone=sides.zone,
            what=named(new.key),
            found=f"{_how(new)}; within {new.waits} seconds" if new.waits else _how(new),
        )


def _how(one: Workload) -> str:
    if one.key[0] == "DaemonSet":
        return "its pods restart, on a tenth of the nodes at a time"
    order = (
        "each new one is ready before an old one stops"
        if one.surge
        else "each stops before its new one starts"
    )
    pods = "its pod restarts" if one.replicas == 1 else f"{one.replicas} pods restart one by one"
    return f"{pods}; {order}"
