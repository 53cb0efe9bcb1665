"""Flows of apps: who reaches each, and what each reaches (C3, E3, E13, F1 to F3, H2, K1, L1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address

from estate.declarations.load import Loaded
from estate.flows.model import (
    CallFlow,
    ClientFlow,
    ConsumerFlow,
    Flow,
    MountFlow,
    OutFlow,
    RouteFlow,
)
from estate.flows.pods import PodGroup, app_pods, service_pods
from estate.flows.pods import pods as pods_of
from estate.objects.mesh import HBONE
from estate.plan import Plan
from estate.topics.apps.plan import AppsPlan
from estate.topics.apps.plan.ensemble import peer_ports, peers_service
from estate.topics.apps.plan.model import AppPlan
from estate.topics.egress.plan.crossing import (
    firewalls_before,
    firewalls_between,
    firewalls_to_database,
)
from estate.topics.nodes.plan import NodesPlan
from estate.topics.nodes.plan.platform_namespaces import INGRESS_NAMESPACE, PROMETHEUS


def flows_of_apps(plan: Plan, loaded: Loaded) -> Iterator[Flow]:
    """Those of one zone."""
    nodes = {
        pool.name: tuple(node.address for node in pool.nodes) for pool in plan.of(NodesPlan).pools
    }
    for app in plan.of(AppsPlan).apps:
        if app.running:
            yield from _of_app(app, loaded)
        if app.logs:
            yield _mount(app, nodes[app.pool], loaded)


def _of_app(app: AppPlan, loaded: Loaded) -> Iterator[Flow]:
    """Clients, callers and what it reaches."""
    pods = app_pods(app.namespace, app.name)
    several = app.replicas > 1
    if app.exposure and app.port:
        udp = app.exposure.datagrams
        listens = {"TCP": app.port, "UDP": udp.number if udp else 0}
        for server in app.exposure.virtual_servers:
            asked = server.monitor.port is not None and not app.exposure.by_metallb
            yield ClientFlow(
                zone=app.zone,
                subject=app.name,
                available=several,
                address=server.address,
                port=server.port,
                protocol=server.protocol,
                clients=server.clients,
                members=server.members,
                pods=pods,
                pod_port=listens[server.protocol],
                asked_on=app.port if asked else None,
                before_vips=firewalls_before(loaded, app.zone, "vips"),
                before_nodes=firewalls_before(loaded, app.zone, "nodes"),
            )
    yield from _routes(app, pods)
    yield from _calls(app, pods)
    for database in app.databases:
        yield OutFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            pods=pods,
            server=database.name,
            address=database.address,
            port=database.port,
            firewalls=firewalls_to_database(loaded, app.zone, database.name),
            name=database.host.partition(".")[0],
        )
    for one in app.other_zone:
        yield OutFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            pods=pods,
            server=f"{one.app} in zone {one.zone}",
            address=one.address,
            port=one.port,
            firewalls=firewalls_between(loaded, app.zone, one.zone),
            name=one.name,
            answered_in=one.zone,
        )
    for system in app.delivery:
        yield OutFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            pods=pods,
            server=system.name,
            address=system.address,
            port=system.port,
            firewalls=(),
            name=system.name,
        )
    for server in app.ensembles:
        yield OutFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            pods=pods,
            server="registry",
            address=server.address,
            port=server.port,
            firewalls=(),
        )
    if app.rpc and app.rpc.consumers and app.port:
        yield ConsumerFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            consumers=app.rpc.consumers,
            pods=pods,
            port=app.port,
            on_node=app.rpc.holds_host_port,
        )


def _routes(app: AppPlan, pods: PodGroup) -> Iterator[RouteFlow]:
    if app.route is None or app.port is None:
        return
    for host in app.route.hosts:
        for path in app.route.paths:
            yield RouteFlow(
                zone=app.zone,
                subject=app.name,
                available=app.replicas > 1,
                host=host,
                path=path,
                routers=service_pods(INGRESS_NAMESPACE, app.route.shard),
                pods=pods,
                pod_port=app.port,
            )


def _calls(app: AppPlan, pods: PodGroup) -> Iterator[CallFlow]:
    def call(
        callers: PodGroup | None, callees: PodGroup, service: str, port: int, several: bool
    ) -> CallFlow:
        return CallFlow(
            zone=app.zone,
            subject=app.name,
            available=several,
            callers=callers,
            callees=callees,
            service=service,
            port=port,
            pod_port=port,
        )

    several = app.replicas > 1
    if app.port:
        yield call(None, pods, app.name, app.port, several)
    if app.route and app.port:
        routers = service_pods(INGRESS_NAMESPACE, app.route.shard)
        yield call(routers, pods, app.name, app.port, several)
    if app.metrics:
        prometheus = pods_of(*PROMETHEUS, "prometheus")
        yield call(prometheus, pods, f"{app.name}-metrics", app.metrics.port, False)
    for peer in app.connects_to:
        callees = app_pods(peer.callee_namespace, peer.callee)
        flow = call(pods, callees, peer.callee, peer.port, several)
        yield replace(flow, beside=(HBONE,)) if peer.meshed else flow
    if app.stateful and app.port:
        for port in (app.port, *(peer_port.number for peer_port in peer_ports(app))):
            yield call(pods, pods, peers_service(app), port, several)


def _mount(app: AppPlan, nodes: tuple[IPv4Address, ...], loaded: Loaded) -> MountFlow:
    assert app.logs
    return MountFlow(
        zone=app.zone,
        subject=app.name,
        available=app.running and app.replicas > 1,
        pods=app_pods(app.namespace, app.name) if app.running else None,
        namespace=app.namespace,
        filer=app.logs.filer,
        address=app.logs.server,
        directory=app.logs.directory,
        nodes=nodes,
        firewalls=firewalls_before(loaded, app.zone, "servers"),
    )
