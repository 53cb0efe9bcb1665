"""Secrets of apps that a router's account reads, although it does not publish the app (C5, E10)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.routers.plan import RoutersPlan


def readable_secrets(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Router, app and namespace: the ingress controller reads all Secrets where it publishes."""
    for router in plan.of(RoutersPlan).routers:
        if router.api == "ingress":
            for app in plan.of(AppsPlan).apps:
                if app.namespace in router.namespaces and app.secrets and not app.route:
                    yield router.name, app.name, app.namespace
