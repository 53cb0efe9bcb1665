"""What apps need before they start: reachable, without a cycle, with an image that waits (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

from estate.declarations.catalogue import Catalogue, namespace_of
from estate.topics.apps.declare.common import ServingApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.plan.model import NeedsPlan
from estate.topics.egress.plan.destinations import host_of

PROBE = "probe"
"""The image that waits: called with ``--within=SECONDS HOST:PORT...``, it connects to each over
TCP until all have accepted and ends with 0, or with 1 when the time is over (N2)."""


CONTAINER = "needs"
"""The name of the container that waits."""


def plan_needs(catalogue: Catalogue, app: App) -> NeedsPlan | None:
    """What an app's pods wait for, and what they wait with."""
    image = catalogue.image(app.zone, PROBE)
    if app.needs is None or image is None:
        return None
    targets: list[str] = []
    for name in sorted(app.needs.apps):
        other = catalogue.app(app.zone, name)
        if other and isinstance(other.value, ServingApp):
            port = other.value.listen.port
            targets.append(f"{name}.{namespace_of(other.value)}.svc:{port}")
    for name in sorted(app.needs.databases):
        targets.append(f"{host_of(app, name)}:{catalogue.databases[name][1].port}")
    return NeedsPlan(
        image=image,
        targets=tuple(targets),
        within=app.needs.within,
        apps=tuple(sorted(app.needs.apps)),
    )


def in_order(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Names so that each stands behind what it needs, otherwise as they were given."""
    sorter = TopologicalSorter({name: () for name in needs})
    for name, first in needs.items():
        sorter.add(name, *(one for one in first if one in needs))
    return list(sorter.static_order())
