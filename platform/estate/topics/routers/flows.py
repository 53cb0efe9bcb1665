"""Flows of router shards: people to routers, and routers to the API server (E6, E13)."""

from __future__ import annotations

from collections.abc import Iterator

from estate.declarations.load import Loaded
from estate.flows.model import ClientFlow, Flow, OutFlow
from estate.flows.pods import service_pods
from estate.plan import Plan
from estate.reader.values import Zone
from estate.topics.egress.plan.crossing import firewalls_before
from estate.topics.routers.plan import RoutersPlan
from estate.topics.routers.plan.model import RouterPlan


def flows_of_routers(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of one zone; the ways from routers to apps are the apps' own."""
    for router in plan.of(RoutersPlan).routers:
        yield from _of_router(plan.zone, router, loaded)


def _of_router(zone: Zone, router: RouterPlan, loaded: Loaded) -> Iterator[Flow]:
    """People to the routers, and the routers to the API server; to apps, see the apps."""
    pods = service_pods(router.placement.namespace, router.name)
    listens = {port.node_port: port.number for port in router.ports}
    for server in router.virtual_servers:
        yield ClientFlow(
            zone=zone,
            subject=router.name,
            available=router.replicas > 1,
            address=server.address,
            port=server.port,
            clients=server.clients,
            members=server.members,
            pods=pods,
            pod_port=listens[server.member_port],
            asked_on=listens[server.monitor.port] if server.monitor.port else None,
            before_vips=firewalls_before(loaded, zone, "vips"),
            before_nodes=firewalls_before(loaded, zone, "nodes"),
        )
    yield OutFlow(
        zone=zone,
        subject=router.name,
        available=router.replicas > 1,
        pods=pods,
        server="API server",
        address=router.api_server.address,
        port=router.api_server.port,
        firewalls=(),
    )
