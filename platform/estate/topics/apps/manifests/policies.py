"""Network policies of an app: its clients and its destinations, each declared (C3, C4)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from estate.objects.labels import app_selector
from estate.objects.manifest import Manifest
from estate.objects.mesh import HBONE
from estate.objects.network_policy import allow_from, allow_from_pods, allow_to, allow_to_pods
from estate.topics.apps.manifests.objects import labels_of
from estate.topics.apps.plan.model import AppPlan
from estate.topics.exposure.plan.model import Exposure
from estate.topics.nodes.plan.platform_namespaces import INGRESS_NAMESPACE, PROMETHEUS

RELAY = ("estate-egress", {"app.kubernetes.io/name": "relay"})
"""The pods that take connections to servers outside."""


def policies(plan: AppPlan) -> list[Manifest]:
    """One policy for each way in and each way out; what none of them names is closed."""
    return [*_ways_in(plan), *_ways_out(plan)]


def _ways_in(plan: AppPlan) -> list[Manifest]:
    common = (plan.namespace, labels_of(plan), app_selector(plan.name))
    found: list[Manifest] = []
    if plan.exposure and plan.port:
        found += _exposed(plan, plan.exposure, plan.port)
    if plan.route and plan.port:
        routers = (INGRESS_NAMESPACE, {"app.kubernetes.io/name": plan.route.shard}, plan.port)
        found.append(allow_from_pods(f"{plan.name}-routed", *common, [routers]))
    if plan.rpc and plan.rpc.consumers and plan.port:
        sources = plan.rpc.consumers
        found.append(allow_from(f"{plan.name}-consumers", *common, sources, plan.port))
    if plan.metrics:
        callers = [(*PROMETHEUS, plan.metrics.port)]
        found.append(allow_from_pods(f"{plan.name}-scraped", *common, callers))
    if plan.connected_from:
        callers = [
            (connection.caller_namespace, app_selector(connection.caller), port)
            for connection in plan.connected_from
            for port in (connection.port, *([HBONE] if connection.meshed else []))
        ]
        found.append(allow_from_pods(f"{plan.name}-connected-from", *common, callers))
    return found


def _exposed(plan: AppPlan, exposure: Exposure, port: int) -> Iterator[Manifest]:
    """Users over either protocol; health checks have a policy of their own."""
    common = (plan.namespace, labels_of(plan), app_selector(plan.name))
    name, udp = f"{plan.name}-exposed", exposure.datagrams
    further, asking = (udp.number,) if udp else (), exposure.sources_over_tcp
    if asking == exposure.sources:
        yield allow_from(name, *common, asking, port, udp=further)
        return
    yield allow_from(name, *common, exposure.sources, udp=further)
    if asking:
        yield allow_from(f"{plan.name}-asked", *common, asking, port)


def _ways_out(plan: AppPlan) -> list[Manifest]:
    common = (plan.namespace, labels_of(plan), app_selector(plan.name))
    found: list[Manifest] = []
    if to := [
        (IPv4Network(database.address), database.port)
        for database in plan.databases
        if database.relay_port is None
    ]:
        found.append(allow_to(f"{plan.name}-databases", *common, to))
    if to := [
        (IPv4Network(one.address), one.port) for one in plan.other_zone if one.relay_port is None
    ]:
        found.append(allow_to(f"{plan.name}-other-zone", *common, to))
    accesses = (*plan.databases, *plan.other_zone)
    if relays := [(*RELAY, access.relay_port) for access in accesses if access.relay_port]:
        found.append(allow_to_pods(f"{plan.name}-relayed", *common, relays))
    if plan.delivery:
        to = [
            (IPv4Network(delivery_access.address), delivery_access.port)
            for delivery_access in plan.delivery
        ]
        found.append(allow_to(f"{plan.name}-delivery", *common, to))
    if plan.ensembles:
        to = [(IPv4Network(server.address), server.port) for server in plan.ensembles]
        found.append(allow_to(f"{plan.name}-registry", *common, to))
    if plan.connects_to:
        callees = [
            (peer.callee_namespace, app_selector(peer.callee), port)
            for peer in plan.connects_to
            for port in (peer.port, *([HBONE] if peer.meshed else []))
        ]
        found.append(allow_to_pods(f"{plan.name}-connects-to", *common, callees))
    return found
