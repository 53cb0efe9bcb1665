"""Everything in a zone that people reach by an address on its load balancer (E3, E11)."""

from __future__ import annotations

from collections.abc import Iterable

from estate.topics.apps.plan.model import AppPlan
from estate.topics.exposure.plan.model import VirtualServerPlan
from estate.topics.routers.plan.model import RouterPlan


def plan_virtual_servers(
    apps: Iterable[AppPlan],
    routers: Iterable[RouterPlan],
    registry: VirtualServerPlan | None,
    api_server: VirtualServerPlan | None,
    kibana: VirtualServerPlan | None,
) -> tuple[VirtualServerPlan, ...]:
    """All virtual servers of a zone, by partition and name: the apps' and the platform's own."""
    found = [one for app in apps if app.exposure for one in app.exposure.virtual_servers]
    found += [server for router in routers for server in router.virtual_servers]
    found += [one for one in (registry, api_server, kibana) if one]
    return tuple(sorted(found, key=lambda one: (one.partition, one.name, one.protocol)))
