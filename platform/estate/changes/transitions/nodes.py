"""Nodes that leave, with their disks, or change their pool (A5, D2)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.changes.transitions.finding import Finding
from estate.changes.transitions.sides import Side, Sides, at, named
from estate.changes.transitions.workloads import workloads

_POOL = "node-restriction.kubernetes.io/pool"


def nodes(sides: Sides) -> Iterator[Finding]:
    """What must be done by hand before a node leaves or serves others."""
    old, new = _pools(sides.before), _pools(sides.after)
    disks = _disks(sides.before)
    for name, pool in sorted(old.items()):
        if name not in new:
            lost = disks.get(name, [])
            and_disks = f"; with it go the data of {', '.join(lost)}" if lost else ""
            yield Finding(
                effect="notice",
                code="node-leaves",
                zone=sides.zone,
                what=f"node {name}",
                found=f"it leaves pool {pool}; its pods run on until it is drained{and_disks}",
                steps=(
                    *(("Copy what its disks hold.",) if lost else ()),
                    f"`kubectl drain {name} --ignore-daemonsets --delete-emptydir-data`",
                    "Apply, then `kubectl delete node` and switch it off.",
                ),
            )
        elif new[name] != pool:
            yield Finding(
                effect="notice",
                code="node-changes-pool",
                zone=sides.zone,
                what=f"node {name}",
                found=f"it passes from pool {pool} to {new[name]}; pods of {pool} run on there "
                "until it is drained, and its taints stay as it registered them",
                steps=(
                    f"`kubectl drain {name} --ignore-daemonsets --delete-emptydir-data`",
                    f"Apply, and let its kubelet register anew with the taints of {new[name]}.",
                ),
            )


def pools(sides: Sides) -> Iterator[Finding]:
    """A pool that loses all its nodes at once, under pods that stay."""
    old, new = _members(sides.before), _members(sides.after)
    for pool, was in sorted(old.items()):
        users = _users(sides.after, pool)
        now = new.get(pool, set())
        if not users or was & now:
            continue
        if now:
            yield Finding(
                effect="notice",
                code="pool-exchanged",
                zone=sides.zone,
                what=f"pool {pool}",
                found=f"all its nodes are others; {', '.join(users)} run on the old ones until "
                "these are drained",
                steps=(
                    "Add the new nodes, and apply.",
                    "Drain the old ones, one at a time.",
                    "Take the old ones out of the inventory, and apply.",
                ),
            )
        else:
            yield Finding(
                effect="refused",
                code="pool-empties",
                zone=sides.zone,
                what=f"pool {pool}",
                found=f"it loses its last node, and {', '.join(users)} may run nowhere else",
                steps=(
                    "Move these apps to another pool, or retire them, and apply.",
                    "Take the nodes away, and apply.",
                ),
            )


def _pools(side: Side) -> dict[str, str]:
    """By node, its pool."""
    return {row["node"]: row["pool"] for row in side.rows("cmdb/nodes.csv")}


def _members(side: Side) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for node, pool in _pools(side).items():
        found.setdefault(pool, set()).add(node)
    return found


def _users(side: Side, pool: str) -> list[str]:
    wanted = {_POOL: pool}
    return [
        named(workload.key)
        for workload in workloads(side)
        if at(workload.template, "spec.nodeSelector") == wanted
    ]


def _disks(side: Side) -> dict[str, list[str]]:
    """By node, the volumes that lie on it."""
    found: dict[str, list[str]] = {}
    for key, one in side.of("PersistentVolume"):
        for term in at(one, "spec.nodeAffinity.required.nodeSelectorTerms") or ():
            for wanted in term.get("matchExpressions", ()):
                if wanted.get("key") == "kubernetes.io/hostname":
                    for node in wanted.get("values", ()):
                        found.setdefault(node, []).append(named(key))
    return found
