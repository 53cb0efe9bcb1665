"""How large what is emitted is, against what API servers, etcd and load balancers take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from estate.composition import Composition
from estate.handover import documents
from estate.objects.manifest import Manifest
from estate.topics.capacity.plan import limits
from estate.topics.capacity.plan.limit_counts import Use
from estate.topics.control_plane.plan import ControlPlanePlan
from estate.topics.exposure.declare.load_balancers import F5
from estate.topics.exposure.plan import ExposurePlan

AS3 = "f5/as3.json"
OUR_QUOTA = 8 * 2**30
"""What etcd of masters that are ours may hold: the most that is suggested."""


def emitted_uses(composition: Composition) -> Iterator[Use]:
    """Of the largest object of each kind that has a limit, and of all together."""
    sizes = {manifest.name: _bytes(manifest) for manifest in composition.manifests}
    maps = {
        manifest.name: _data(manifest.body.get("data"))
        for manifest in composition.manifests
        if manifest.kind == "ConfigMap"
    }
    yield _largest(limits.CONFIG_MAP, maps)
    yield _largest(limits.OBJECT, sizes)
    yield Use(
        limit=limits.STORE,
        count=sum(sizes.values()),
        most=OUR_QUOTA if composition.plan.of(ControlPlanePlan).masters else limits.STORE.value,
        reckoning=f"{len(sizes):,} objects of the stack, each once",
        path=("cluster",),
    )
    balancer = composition.plan.of(ExposurePlan).load_balancer
    for document in documents(composition.plan):
        if document.name == AS3 and isinstance(balancer, F5):
            yield Use(
                limit=limits.DECLARATION,
                count=len(document.text.encode()),
                most=balancer.declaration_size,
                reckoning=f"{AS3} for {balancer.name}",
                path=("load_balancer",),
                hint="vip: {members: pool} names fewer nodes for each app",
            )


def _largest(limit: limits.Limit, sizes: Mapping[str, int]) -> Use:
    name = max(sizes, key=lambda one: sizes[one])
    return Use(
        limit=limit,
        count=sizes[name],
        most=limit.value,
        reckoning=f"{name}, the largest of {len(sizes)}",
        path=("cluster",),
    )


def _bytes(manifest: Manifest) -> int:
    return len(json.dumps(manifest.body).encode())


def _data(data: object) -> int:
    """Values alone, as the API server adds them up."""
    return sum(len(value.encode()) for value in cast("Mapping[str, str]", data or {}).values())
