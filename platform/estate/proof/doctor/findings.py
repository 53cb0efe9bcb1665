"""The whole table: every fact that decides whether the estate can work on this cluster."""

from __future__ import annotations

from estate.composition import Composition
from estate.proof.doctor.cluster import of_the_cluster
from estate.proof.doctor.finding import Finding
from estate.proof.doctor.live import LiveCluster
from estate.proof.doctor.network import of_the_network
from estate.proof.doctor.objects import of_objects


def findings(composition: Composition, live: LiveCluster) -> tuple[Finding, ...]:
    """A row for each fact, in the order in which a cluster is made ready."""
    plan = composition.plan
    return (
        *of_the_cluster(plan, live),
        *of_the_network(plan, live),
        *of_objects(composition, live),
    )
