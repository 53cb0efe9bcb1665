"""Which cluster it is, its version, its nodes and its clock."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.proof.doctor.finding import Finding, compared
from estate.proof.doctor.live import LiveCluster
from estate.proof.node_differences import Difference, node_differences
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.nodes.plan import NodesPlan

IDENTITY = "estate/cluster"
"""The label of ``kube-system`` by which the program knows its cluster."""

TOLERATED_SKEW = 60
"""Seconds. API servers validate tokens of service accounts with go-jose's ``DefaultLeeway``, one
minute: a clock that is further off refuses valid tokens, or accepts expired ones."""


def of_the_cluster(plan: Plan, live: LiveCluster) -> Iterator[Finding]:
    """Identity, version, nodes, clock."""
    declared = plan.of(ControlPlanePlan).cluster
    label = f"kubectl --context {declared.context} label namespace kube-system"
    yield compared(
        "identity",
        declared.name,
        live.labels.get(IDENTITY, "no label"),
        f"If this is '{declared.name}': {label} {IDENTITY}={declared.name}. If not, correct the "
        "context of the kubeconfig",
    )
    if declared.uid:
        yield compared(
            "UID of kube-system",
            declared.uid,
            live.uid,
            "A cluster that was rebuilt: correct estate:cluster.uid",
        )
    else:
        yield Finding(
            fact="UID of kube-system",
            declared="not recorded",
            found=live.uid,
            remedy=f'Record it, so that a rebuilt cluster is refused: uid: "{live.uid}"',
        )
    found = ".".join(live.version.lstrip("v").split(".")[:2])
    yield compared(
        "version",
        declared.version,
        found,
        "Correct estate:cluster.version: checks and documents follow it",
    )
    yield _clock(live.clock_skew)
    yield from _nodes(plan, live)


def _clock(skew: float) -> Finding:
    near = abs(skew) <= TOLERATED_SKEW
    return Finding(
        fact="clock",
        declared=f"within {TOLERATED_SKEW} s of this machine's",
        found=f"{abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}",
        verdict="as declared" if near else "differs",
        remedy="" if near else "Set the clock of the masters, or of this machine, by its server",
    )


def _nodes(plan: Plan, live: LiveCluster) -> Iterator[Finding]:
    differences = node_differences(plan, live.nodes)
    for difference in differences:
        by_up = _is_set_by_up(difference)
        yield Finding(
            fact=f"{difference.fact} of {difference.node}"
            if difference.fact != "node"
            else f"node {difference.node}",
            declared=difference.declared,
            found=difference.found,
            verdict="set by up" if by_up else "differs",
            remedy="pulumi up sets it" if by_up else difference.remedy,
        )
    if not differences:
        count = sum(len(pool.nodes) for pool in plan.of(NodesPlan).pools)
        yield Finding(fact="nodes", declared=f"{count}", found=f"{count}, each as declared")


def _is_set_by_up(one: Difference) -> bool:
    return one.fact == "label" and one.found == "no such label"
