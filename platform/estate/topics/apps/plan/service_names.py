"""Services are called like their app or database, some with a word behind it: no two meet."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.catalogue import Catalogue
from estate.topics.apps.declare.common import RunningApp
from estate.topics.apps.declare.kinds import App
from estate.topics.apps.declare.reached import TraditionalApp
from estate.topics.apps.declare.stateful import StatefulApp
from estate.topics.exposure.plan.metallb import balanced_by_metallb

VIP = "vip"
"""Behind the name of an app: the Service that MetalLB gives its virtual address to (E9)."""


def further_services(catalogue: Catalogue, app: App) -> Iterator[str]:
    """The names of an app's Services beside the one that is called like it."""
    if isinstance(app, TraditionalApp) and balanced_by_metallb(catalogue.stack(app.zone)):
        yield f"{app.app}-{VIP}"
    if isinstance(app, RunningApp) and app.metrics:
        yield f"{app.app}-metrics"
    if isinstance(app, StatefulApp):
        yield f"{app.app}-peers"
