"""Kinds that the cluster has to serve, names that others hold already, and the caller's rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from estate.composition import Composition
from estate.objects.definitions import COMES_WITH
from estate.proof.doctor.finding import Finding, compared
from estate.proof.doctor.live import LiveCluster
from estate.topics.monitoring.plan.monitoring import MonitoringPlan

METRICS = "metrics.k8s.io"
SHOWN = 8
"""How many refused rights one row names."""


def of_objects(composition: Composition, live: LiveCluster) -> Iterator[Finding]:
    """Definitions, resource metrics, storage classes, rights."""
    yield from _kinds(composition, live)
    yield from _resource_metrics(composition, live)
    yield from _classes(composition, live)
    few = live.refused_rights[:SHOWN]
    more = len(live.refused_rights) - len(few)
    yield Finding(
        fact="rights",
        declared="every kind of the stack: create, patch, delete",
        found=f"refused: {', '.join(few)}{f' and {more} more' if more else ''}"
        if few
        else "all of them",
        verdict="differs" if few else "as declared",
        remedy="Use a context of the deploying identity" if few else "",
    )


def kinds_of(composition: Composition) -> dict[str, set[str]]:
    """By API version, the kinds that the stack registers."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for manifest in composition.manifests:
        kinds[str(manifest.body["apiVersion"])].add(manifest.kind)
    return kinds


def _kinds(composition: Composition, live: LiveCluster) -> Iterator[Finding]:
    wanted = kinds_of(composition)
    for version, kinds in sorted(wanted.items()):
        if missing := sorted(kinds - live.served.get(version, frozenset())):
            group = version.partition("/")[0]
            comes = COMES_WITH.get(group)
            yield Finding(
                fact="definitions",
                declared=f"{', '.join(missing)} of {version}",
                found="not served",
                verdict="differs",
                remedy=f"Install {comes} first"
                if comes
                else "The API servers have to serve this version: see docs/api-server.md",
            )
    if all(kinds <= live.served.get(version, frozenset()) for version, kinds in wanted.items()):
        count = sum(map(len, wanted.values()))
        yield Finding(fact="definitions", declared=f"{count} kinds", found="all served")


def _resource_metrics(composition: Composition, live: LiveCluster) -> Iterator[Finding]:
    plan = composition.plan.find(MonitoringPlan)
    if plan is None:
        return
    ours = plan.placement.namespace
    namespace = live.resource_metrics.partition("/")[0]
    found = live.resource_metrics or "nobody"
    if plan.serves_resource_metrics:
        free = namespace in ("", ours)
        yield Finding(
            fact=METRICS,
            declared="the estate's metrics-server",
            found=f"{found} serves it",
            verdict="as declared" if free else "differs",
            remedy="" if free else "estate:monitoring.resource_metrics: cluster",
        )
        return
    served = namespace not in ("", ours)
    yield Finding(
        fact=METRICS,
        declared="one that the cluster has",
        found=f"{found} serves it",
        verdict="as declared" if served else "differs",
        remedy="" if served else "estate:monitoring.resource_metrics: estate",
    )


def _classes(composition: Composition, live: LiveCluster) -> Iterator[Finding]:
    for manifest in composition.manifests:
        if manifest.kind == "StorageClass" and manifest.physical_name in live.storage_classes:
            yield compared(
                f"storage class {manifest.physical_name}",
                str(manifest.body["provisioner"]),
                live.storage_classes[manifest.physical_name],
                "A class of this name exists, and its provisioner cannot be changed: give the "
                "backend in estate:storage another name, or delete the class",
            )
